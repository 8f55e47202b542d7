using System.Collections.Concurrent;
using System.Numerics;

namespace SsmDsl.Conformance.Tests.Library;

/// <summary>
/// HiPPO-LegS by a dense eigen-decomposition. A[n, k] = -√((2n+1)(2k+1)) below the diagonal, -(n+1) on it; A + P Pᵀ with
/// P[n] = √(n + ½) is -½ plus a skew matrix S, and iS is Hermitian.
/// </summary>
internal static class HippoReference
{
    private static readonly ConcurrentDictionary<int, (double[] Frequencies, double[] P)> Known = new();

    /// <summary>Imaginary parts of the eigenvalues above the real axis, ascending; all real parts are -½.</summary>
    public static double[] Frequencies(int size) => Known.GetOrAdd(size, Decompose).Frequencies;

    /// <summary>|V* P| at these eigenvalues.</summary>
    public static double[] P(int size) => Known.GetOrAdd(size, Decompose).P;

    private static (double[] Frequencies, double[] P) Decompose(int size)
    {
        var p = new double[size];
        for (int n = 0; n < size; n++) p[n] = Math.Sqrt(n + 0.5);
        var normal = new double[size, size];
        var hermitian = new Complex[size, size];
        for (int n = 0; n < size; n++)
        {
            for (int k = 0; k < size; k++)
            {
                double a = n > k ? -Math.Sqrt((2 * n + 1.0) * (2 * k + 1)) : n == k ? -(n + 1) : 0;
                normal[n, k] = a + p[n] * p[k] + (n == k ? 0.5 : 0);
            }
        }

        // S v = iω v and iS v = -ω v are the same
        for (int n = 0; n < size; n++)
        {
            for (int k = 0; k < size; k++)
            {
                Assert.Equal(normal[n, k], -normal[k, n], 1e-9);
                hermitian[n, k] = -Complex.ImaginaryOne * (normal[n, k] - normal[k, n]) / 2;
            }
        }

        (double[] values, Complex[,] vectors) = HermitianMatrix.Decompose(hermitian);
        return
        (
            values[(size / 2)..],
            [.. Enumerable.Range(size / 2, size / 2).Select(n => Enumerable.Range(0, size).Aggregate(Complex.Zero, (sum, i) => sum + Complex.Conjugate(vectors[i, n]) * p[i]).Magnitude)]
        );
    }
}
