using SsmDsl.Bench.Cases;
using SsmDsl.Cli.Benchmarking;

namespace SsmDsl.Bench;

/// <summary>Generated and hand-written kernels give different results, so that their times mean nothing.</summary>
internal sealed class MismatchException(string message) : Exception(message);

/// <summary>Compares results before they are timed.</summary>
internal static class Agreement
{
    /// <summary>Of the largest value of a tensor.</summary>
    private const double Tolerance = 2e-4;

    /// <exception cref="MismatchException">Some tensor differs, or a result is missing.</exception>
    public static void Check(string workload, Phase phase, IEnumerable<NativeTensor> ours, IReadOnlyList<NativeTensor> reference)
    {
        foreach (NativeTensor tensor in ours)
        {
            NativeTensor expected = reference.FirstOrDefault(r => r.Name == tensor.Name)
                ?? throw new MismatchException($"{workload} {phase.Name()}: the reference has no '{tensor.Name}'");
            Check($"{workload} {phase.Name()}", tensor, expected);
        }
    }

    private static void Check(string where, NativeTensor tensor, NativeTensor expected)
    {
        double largest = 0, difference = 0;
        int at = 0;
        for (int i = 0; i < tensor.Values.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(expected.Values[i]));
            double d = Math.Abs(tensor.Values[i] - expected.Values[i]);
            if (d <= difference) continue;

            // NaN included.
            (difference, at) = (d, i);
        }

        if (difference <= Tolerance * largest && !tensor.Values.ContainsAny(float.NaN, float.PositiveInfinity)) return;
        throw new MismatchException($"{where}: '{tensor.Name}' is {tensor.Values[at]} at {at}, the reference has {expected.Values[at]} (largest value {largest})");
    }
}
