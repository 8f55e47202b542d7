namespace SsmDsl.Bench.Peers.Onnx;

/// <summary>One position of W5's model with its states: B and C as real products of twice the width, λ as two vectors.</summary>
internal static class DigitsStepGraph
{
    private const long D = 64, N = 64, Classes = 10;
    private const int Depth = 4;

    public static OnnxGraph Make()
    {
        var g = new OnnxGraph();
        string x = g.Node("Gemm", [g.Input("pixel", 1, 1), g.Weight(1, 1, D), g.Weight(1, D)]);
        for (int i = 0; i < Depth; i++)
        {
            string u = g.Node("LayerNormalization", [x, g.Weight(1, D), g.Weight(1, D)], ("axis", -1), ("epsilon", 1e-5f));
            string real = g.Input($"re{i}", 1, N), imaginary = g.Input($"im{i}", 1, N);
            string both = g.MatMul(u, g.Weight(0.1, D, 2 * N));
            string[] drive = g.Nodes("Split", [both], 2, ("axis", -1), ("num_outputs", 2));
            string re = g.Weight(1, N), im = g.Weight(1, N);
            string nextReal = g.Add(g.Sub(g.Mul(re, real), g.Mul(im, imaginary)), drive[0]);
            string nextImaginary = g.Add(g.Add(g.Mul(re, imaginary), g.Mul(im, real)), drive[1]);
            g.Output(nextReal, 1, N);
            g.Output(nextImaginary, 1, N);
            string states = g.Node("Concat", [nextReal, nextImaginary], ("axis", -1));
            string y = g.Add(g.MatMul(states, g.Weight(0.1, 2 * N, D)), g.Mul(u, g.Weight(1, D)));
            string z = g.Node("Gemm", [g.Node("Gelu", [y]), g.Weight(0.1, D, 2 * D), g.Weight(0.1, 2 * D)]);
            string[] halves = g.Nodes("Split", [z], 2, ("axis", -1), ("num_outputs", 2));
            x = g.Add(x, g.Mul(halves[0], g.Node("Sigmoid", [halves[1]])));
        }

        string sum = g.Add(g.Input("sum", 1, D), x);
        g.Output(sum, 1, D);
        string logits = g.Node("Gemm", [g.Mul(sum, g.Input("scale", 1)), g.Weight(0.1, D, Classes), g.Weight(0.1, Classes)]);
        g.Output(logits, 1, Classes);
        return g;
    }
}
