namespace SsmDsl.Bench.Peers.Onnx;

/// <summary>One token of a Mamba of 129 million parameters, with its states and the last inputs of its convolutions.</summary>
internal static class MambaStepGraph
{
    private const long D = 768, E = 2 * D, N = 16, K = 4, R = D / 16, V = 50280;
    private const int Depth = 24;

    public static OnnxGraph Make()
    {
        var g = new OnnxGraph();
        string table = g.Weight(0.02, V, D);
        string x = g.Node("Gather", [table, g.IntInput("token", 1)]);
        for (int i = 0; i < Depth; i++) x = g.Add(x, Block(g, RmsNorm(g, x), i));
        string logits = g.Node("Gemm", [RmsNorm(g, x), table], ("transB", 1));
        g.Output(logits, 1, V);
        return g;
    }

    private static string RmsNorm(OnnxGraph g, string x)
    {
        string power = g.Node("ReduceMean", [g.Mul(x, x), g.Sizes(1)], ("keepdims", 1));
        return g.Mul(g.Node("Div", [x, g.Node("Sqrt", [g.Add(power, g.Scalar(1e-5f))])]), g.Weight(1, D));
    }

    private static string Block(OnnxGraph g, string u, int layer)
    {
        string[] xz = g.Nodes("Split", [g.MatMul(u, g.Weight(0.03, D, 2 * E))], 2, ("axis", -1), ("num_outputs", 2));

        // The window holds the last K inputs, newest last: [K, E].
        string window = g.Node("Concat", [g.Input($"past{layer}", K - 1, E), xz[0]], ("axis", 0));
        g.Output(g.Node("Slice", [window, g.Sizes(1), g.Sizes(K), g.Sizes(0)]), K - 1, E);
        string taps = g.Node("ReduceSum", [g.Mul(window, g.Weight(0.3, K, E)), g.Sizes(0)], ("keepdims", 1));
        string x = g.Silu(g.Add(taps, g.Weight(0.1, E)));
        string[] parts = g.Nodes("Split", [g.MatMul(x, g.Weight(0.03, E, R + 2 * N)), g.Sizes(R, N, N)], 3, ("axis", -1));
        string delta = g.Node("Softplus", [g.Node("Gemm", [parts[0], g.Weight(0.1, R, E), g.Weight(0.1, E)])]);

        // States lie as [N, E], so that Δ and x broadcast along the last axis.
        string decay = g.Node("Exp", [g.Mul(delta, g.Weight(1, N, E))]);
        string drive = g.Mul(g.Node("Reshape", [parts[1], g.Sizes(N, 1)]), g.Mul(delta, x));
        string h = g.Add(g.Mul(decay, g.Input($"state{layer}", N, E)), drive);
        g.Output(h, N, E);
        string y = g.Add(g.MatMul(parts[2], h), g.Mul(x, g.Weight(1, E)));
        return g.MatMul(g.Mul(y, g.Silu(xz[1])), g.Weight(0.03, E, D));
    }
}
