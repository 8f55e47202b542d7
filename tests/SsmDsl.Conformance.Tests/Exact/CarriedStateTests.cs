namespace SsmDsl.Conformance.Tests.Exact;

/// <summary>A long run is the same as its parts, for lengths that are no power of two, whichever way the state is carried.</summary>
public sealed class CarriedStateTests
{
    private const int Batch = 2, Features = 6;

    /// <summary>Layers without a window of inputs, and the shapes of their states.</summary>
    public static TheoryData<string, string> Recurrences => new()
    {
        { "RealLinearRnn[5]", "5" },
        { "ComplexLinearRnn[5]", "5 2" },
        { "Lru[5]", "5 2" },
        { "S4d[N: 8]", "6 4 2" },
        { "S4[N: 8]", "6 4 2" },
        { "S5[N: 8]", "4 2" },
        { "StableSsm[N: 8]", "6 4 2" },
        { "RgLru", "6" },
        { "MinGru[5]", "5" },
        { "MinLstm[5]", "5" },
        { "Rnn[5]", "5" },
        { "Gru[5]", "5" },
        { "Lstm[5]", "5;5" },
        { "DiagonalRnn[6](dt: 0.25)", "6" },
    };

    /// <summary>All recurrences, those with windows too, with the states that they give.</summary>
    public static TheoryData<string, int> WithLast => new()
    {
        { "Mamba[E: 8, N: 3]", 1 }, { "Mamba2[E: 12, N: 3, P: 4]", 1 }, { "Hawk[W: 7]", 1 }, { "S4[N: 6]", 1 }, { "Lstm[4]", 2 }, { "Lru[4]", 1 },
    };

    [Theory]
    [MemberData(nameof(Recurrences))]
    public void A_final_state_is_the_initial_state_of_what_follows(string layer, string states)
    {
        long[][] shapes = [.. states.Split(';').Select(s => s.Split(' ').Select(long.Parse).ToArray())];
        string element(long[] shape) => shape[^1] == 2 ? $"complex[{string.Join(", ", shape[..^1])}]" : $"real[{string.Join(", ", shape)}]";
        string ins = string.Concat(shapes.Select((s, i) => $", s{i}: {element(s)} = 0"));
        string outs = string.Concat(shapes.Select((s, i) => $", e{i}: {element(s)}"));
        string given = string.Concat(shapes.Select((_, i) => $", s{i}"));
        string left = string.Concat(shapes.Select((_, i) => $", e{i}"));
        string call = layer.Contains('(', StringComparison.Ordinal) ? layer.Replace("(", $"(x{given}, ", StringComparison.Ordinal) : $"{layer}(x{given})";
        using var model = new SmallModel($"model M(x: real[T, {Features}]{ins}) -> (y: real[T, 2]{outs}) {{\n    (h{left}) = {call} as it\n    y = h |> Linear[2] as head\n}}");
        Dictionary<string, TensorData> weights = model.Initial(1);
        TensorData x = Numbers.Random(2, Batch, 23, Features);
        var first = new Dictionary<string, TensorData> { ["x"] = x.Part(0, 9) };
        for (int i = 0; i < shapes.Length; i++) first[$"s{i}"] = Numbers.Random(3 + i, [Batch, .. shapes[i]]);
        Dictionary<string, TensorData> whole = model.Run(weights, new(first) { ["x"] = x });
        Dictionary<string, TensorData> start = model.Run(weights, first);
        var second = new Dictionary<string, TensorData> { ["x"] = x.Part(9, 23) };
        for (int i = 0; i < shapes.Length; i++) second[$"s{i}"] = start[$"e{i}"];
        Dictionary<string, TensorData> rest = model.Run(weights, second);
        Numbers.AssertClose(whole["y"].Part(0, 9).Values, start["y"].Values, 1e-12, "start");
        Numbers.AssertClose(whole["y"].Part(9, 23).Values, rest["y"].Values, 1e-12, "rest");
        for (int i = 0; i < shapes.Length; i++) Numbers.AssertClose(whole[$"e{i}"].Values, rest[$"e{i}"].Values, 1e-12, $"e{i}");

        // the state matters, and is 0 if it is left out
        Dictionary<string, TensorData> alone = model.Run(weights, new() { ["x"] = x });
        Assert.NotEqual(whole["y"].Values[0], alone["y"].Values[0]);
        var zeros = shapes.Select((s, i) => KeyValuePair.Create($"s{i}", Numbers.Of(new double[Batch * s.Aggregate(1L, (a, b) => a * b)], [Batch, .. s])));
        Assert.Equal(alone["y"].Values, model.Run(weights, new(zeros) { ["x"] = x })["y"].Values);
    }

    [Theory]
    [MemberData(nameof(WithLast))]
    public void Whole_is_chunked_is_stepped(string layer, int states)
    {
        string outs = states == 1 ? "last" : "last, cell";
        string shape = layer.Split('[')[0] switch
        {
            "Mamba" => "last: real[8, 3]",
            "Mamba2" => "last: real[3, 4, 3]",
            "Hawk" => "last: real[7]",
            "S4" => "last: complex[6, 3]",
            "Lstm" => "last: real[4], cell: real[4]",
            _ => "last: complex[4]",
        };
        using var model = new SmallModel($"model M(x: real[T, {Features}]) -> (y: real[T, 2], {shape}) {{\n    (h, {outs}) = {layer}(x) as it\n    y = h |> Linear[2] as head\n}}");
        Dictionary<string, TensorData> weights = model.Initial(1);
        foreach (int length in (int[])[1, 3, 37, 75])
        {
            var inputs = new Dictionary<string, TensorData> { ["x"] = Numbers.Random(length, Batch, length, Features) };
            Dictionary<string, TensorData> whole = model.Run(weights, inputs);
            foreach (int chunk in (int[])[1, 2, 5, 16])
            {
                foreach ((string name, TensorData part) in model.Run(weights, inputs, "--chunk", $"{chunk}"))
                {
                    Numbers.AssertClose(whole[name].Values, part.Values, 1e-12, $"{name}, {length} in chunks of {chunk}");
                }
            }
        }
    }
}
