namespace SsmDsl.Bench.Peers.Onnx;

/// <summary>Two linear maps with GELU between them, 8192 rows.</summary>
internal static class PerceptronGraph
{
    public static OnnxGraph Make(long features, long hidden)
    {
        const long rows = 8192;
        var g = new OnnxGraph();
        string x = g.Input("x", rows, features);
        string h = g.Node("Gemm", [x, g.Weight(0.1, features, hidden), g.Weight(0.1, hidden)]);
        string y = g.Node("Gemm", [g.Node("Gelu", [h]), g.Weight(0.1, hidden, features), g.Weight(0.1, features)]);
        g.Output(y, rows, features);
        return g;
    }
}
