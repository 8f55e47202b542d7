namespace SsmDsl.Bench.Peers.Onnx;

/// <summary>An ONNX graph that is built node by node, with random weights.</summary>
internal sealed class OnnxGraph
{
    private const int Float = 1, Int64 = 7;

    private readonly ProtobufWriter graph = new();
    private readonly Random random = new(1);
    private readonly List<(string Name, long[] Shape, bool IsInt)> inputs = [];
    private readonly List<string> outputs = [];
    private readonly Dictionary<float, string> scalars = [];
    private int names;

    /// <summary>Inputs with their shapes.</summary>
    public IReadOnlyList<(string Name, long[] Shape, bool IsInt)> Inputs => inputs;

    public IReadOnlyList<string> Outputs => outputs;

    public string Input(string name, params long[] shape) => Declare(name, shape, false);

    public string IntInput(string name, params long[] shape) => Declare(name, shape, true);

    /// <summary>A result of the whole graph.</summary>
    public void Output(string value, params long[] shape)
    {
        outputs.Add(value);
        graph.Message(12, ValueInfo(value, shape, Float));
    }

    /// <summary>A weight with random values around 0.</summary>
    public string Weight(double scale, params long[] shape)
    {
        var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        foreach (ref float value in values.AsSpan()) value = (float)(scale * (2 * random.NextDouble() - 1));
        return Constant(values, shape);
    }

    public string Constant(float[] values, params long[] shape)
    {
        string name = $"c{names++}";
        graph.Message(5, Tensor(name, shape, Float).Floats(9, values));
        return name;
    }

    public string Scalar(float value) => scalars.TryGetValue(value, out string? known) ? known : scalars[value] = Constant([value]);

    /// <summary>Whole numbers, for operators that take sizes as a tensor.</summary>
    public string Sizes(params long[] values)
    {
        string name = $"c{names++}";
        ProtobufWriter tensor = Tensor(name, [values.Length], Int64);
        foreach (long value in values) tensor.Number(7, value);
        graph.Message(5, tensor);
        return name;
    }

    /// <summary>A node with one result.</summary>
    public string Node(string op, string[] from, params (string Name, object Value)[] attributes) => Nodes(op, from, 1, attributes)[0];

    /// <summary>A node with several results.</summary>
    public string[] Nodes(string op, string[] from, int results, params (string Name, object Value)[] attributes)
    {
        string[] to = [.. Enumerable.Range(0, results).Select(_ => $"v{names++}")];
        var node = new ProtobufWriter();
        foreach (string input in from) node.Text(1, input);
        foreach (string output in to) node.Text(2, output);
        node.Text(4, op);
        foreach ((string name, object value) in attributes) node.Message(5, Attribute(name, value));
        graph.Message(1, node);
        return to;
    }

    public string Add(string a, string b) => Node("Add", [a, b]);

    public string Sub(string a, string b) => Node("Sub", [a, b]);

    public string Mul(string a, string b) => Node("Mul", [a, b]);

    public string MatMul(string a, string b) => Node("MatMul", [a, b]);

    public string Silu(string x) => Mul(x, Node("Sigmoid", [x]));

    /// <summary>The model as a file's bytes.</summary>
    public byte[] ToModel()
    {
        graph.Text(2, "graph");
        return new ProtobufWriter().Number(1, 10).Message(8, new ProtobufWriter().Text(1, "").Number(2, 21)).Message(7, graph).ToArray();
    }

    private string Declare(string name, long[] shape, bool isInt)
    {
        inputs.Add((name, shape, isInt));
        graph.Message(11, ValueInfo(name, shape, isInt ? Int64 : Float));
        return name;
    }

    private static ProtobufWriter Tensor(string name, long[] shape, int type)
    {
        var tensor = new ProtobufWriter();
        foreach (long size in shape) tensor.Number(1, size);
        return tensor.Number(2, type).Text(8, name);
    }

    private static ProtobufWriter ValueInfo(string name, long[] shape, int type)
    {
        var sizes = new ProtobufWriter();
        foreach (long size in shape) sizes.Message(1, new ProtobufWriter().Number(1, size));
        return new ProtobufWriter().Text(1, name).Message(2, new ProtobufWriter().Message(1, new ProtobufWriter().Number(1, type).Message(2, sizes)));
    }

    private static ProtobufWriter Attribute(string name, object value)
    {
        ProtobufWriter attribute = new ProtobufWriter().Text(1, name);
        switch (value)
        {
            case int number:
                return attribute.Number(3, number).Number(20, 2);
            case float real:
                return attribute.Single(2, real).Number(20, 1);
            case string text:
                return attribute.Text(4, text).Number(20, 3);
            default:
                foreach (int each in (int[])value) attribute.Number(8, each);
                return attribute.Number(20, 7);
        }
    }
}
