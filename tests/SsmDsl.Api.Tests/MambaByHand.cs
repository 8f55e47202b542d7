using static System.Math;

namespace SsmDsl.Api.Tests;

/// <summary>The forward pass of a Mamba language model as the paper and the published code have it, with plain loops in double precision.</summary>
internal sealed class MambaByHand(Func<string, int[], float[]> values)
{
    private const int D = PublishedLayout.D, E = PublishedLayout.E, N = PublishedLayout.N, K = PublishedLayout.K, R = PublishedLayout.R;
    private readonly Dictionary<string, float[]> w = PublishedLayout.Tensors().ToDictionary(t => t.Name, t => values(t.Name, t.Shape));

    /// <summary>Logits, position by position.</summary>
    public double[][] Logits(int[] tokens)
    {
        float[] table = w["backbone.embeddings.weight"];
        double[][] x = [.. tokens.Select(token => Enumerable.Range(0, D).Select(d => (double)table[token * D + d]).ToArray())];
        for (int i = 0; i < PublishedLayout.Depth; i++)
        {
            string layer = $"backbone.layers.{i}.";
            double[][] mixed = Mixer(layer + "mixer.", [.. x.Select(row => Norm(layer + "norm.weight", row))]);
            for (int t = 0; t < x.Length; t++)
            {
                for (int d = 0; d < D; d++) x[t][d] += mixed[t][d];
            }
        }

        return [.. x.Select(row => Times("backbone.embeddings.weight", Norm("backbone.norm_f.weight", row)))];
    }

    private double[][] Mixer(string path, double[][] u)
    {
        int length = u.Length;
        double[][] xz = [.. u.Select(row => Times(path + "in_proj.weight", row))];
        var h = new double[E, N];
        var y = new double[length][];
        for (int t = 0; t < length; t++)
        {
            var x = new double[E];
            for (int e = 0; e < E; e++)
            {
                double sum = w[path + "conv1d.bias"][e];
                for (int k = 0; k < K; k++)
                {
                    int s = t - (K - 1) + k;
                    if (s >= 0) sum += w[path + "conv1d.weight"][e * K + k] * xz[s][e];
                }

                x[e] = Silu(sum);
            }

            double[] dbc = Times(path + "x_proj.weight", x), step = Times(path + "dt_proj.weight", dbc[..R]);
            var gated = new double[E];
            for (int e = 0; e < E; e++)
            {
                double delta = Log(1 + Exp(step[e] + w[path + "dt_proj.bias"][e])), sum = w[path + "D"][e] * x[e];
                for (int n = 0; n < N; n++)
                {
                    h[e, n] = Exp(-delta * Exp(w[path + "A_log"][e * N + n])) * h[e, n] + delta * dbc[R + n] * x[e];
                    sum += dbc[R + N + n] * h[e, n];
                }

                gated[e] = sum * Silu(xz[t][E + e]);
            }

            y[t] = Times(path + "out_proj.weight", gated);
        }

        return y;
    }

    private double[] Norm(string name, double[] x)
    {
        double root = Sqrt(x.Average(v => v * v) + 1e-5);
        return [.. x.Select((v, d) => v / root * w[name][d])];
    }

    private double[] Times(string name, double[] x) =>
        [.. Enumerable.Range(0, w[name].Length / x.Length).Select(row => x.Select((v, i) => v * w[name][row * x.Length + i]).Sum())];

    private static double Silu(double x) => x / (1 + Exp(-x));
}
