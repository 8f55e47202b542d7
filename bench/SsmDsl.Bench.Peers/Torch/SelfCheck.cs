using TorchSharp;
using static TorchSharp.torch;

namespace SsmDsl.Bench.Peers.Torch;

/// <summary>Compares fast formulations with plain ones under autograd.</summary>
internal static class SelfCheck
{
    /// <summary>Largest differences by name, of the largest value.</summary>
    public static IEnumerable<(string Name, double Difference)> Run()
    {
        foreach (ScanKind kind in Enum.GetValues<ScanKind>())
        {
            foreach (int chunks in new[] { 1, 4 })
            {
                using var scan = new Scan(2, 32, 3, kind, chunks, backward: true);
                scan.Run();
                yield return ($"scan {kind} in {chunks} chunks", scan.Difference());
            }
        }

        foreach (int chunk in new[] { 5, 64 }) yield return ($"selective scan in chunks of {chunk}", SelectiveScanDifference(chunk));
    }

    private static double SelectiveScanDifference(int chunk)
    {
        Tensor x = randn(12, 2, 3), delta = rand(12, 2, 3), b = randn(12, 2, 4), c = randn(12, 2, 4), a = -rand(3, 4), skip = randn(3), seed = randn(12, 2, 3);
        Tensor[] all = [x, delta, a, b, c, skip];
        foreach (Tensor tensor in all) tensor.requires_grad = true;
        Tensor h = zeros(2, 3, 4);
        var outputs = new List<Tensor>();
        for (int t = 0; t < 12; t++)
        {
            h = (delta[t].unsqueeze(-1) * a).exp() * h + (delta[t] * x[t]).unsqueeze(-1) * b[t].unsqueeze(-2);
            outputs.Add((h * c[t].unsqueeze(-2)).sum(-1) + skip * x[t]);
        }

        Tensor y = stack(outputs);
        y.backward([seed]);
        using var _ = no_grad();
        (Tensor fast, Tensor[] starts) = SelectiveScan.Forward(x, delta, a, b, c, skip, chunk);
        var gradients = SelectiveScan.Backward(x, delta, a, b, c, skip, seed, starts, chunk);
        Tensor[] found = [fast, gradients.X, gradients.Delta, gradients.A, gradients.B, gradients.C, gradients.Skip];
        Tensor[] expected = [y.detach(), .. all.Select(t => t.grad!)];
        return found.Zip(expected).Max(p => Difference(p.First, p.Second));
    }

    /// <summary>Of the largest value.</summary>
    public static double Difference(Tensor found, Tensor expected) => ((found - expected).abs().max() / expected.abs().max()).ToDouble();
}
