using System.Collections.Concurrent;
using System.Numerics;

namespace SsmDsl.Numerics;

/// <summary>
/// The eigenvalues of the normal part of the HiPPO-LegS matrix (Gu et al., 2021, arXiv:2111.00396, section 3):
/// A + PPᵀ = -½I + S with S[i,j] = -½√((2i+1)(2j+1)) below the diagonal and its negative above, so that λ = -½ ± iω where ω²
/// are the eigenvalues of SᵀS, each twice.
/// </summary>
public static class HippoLegs
{
    private static readonly ConcurrentDictionary<int, double[]> Frequencies = new();

    /// <summary>The imaginary part of eigenvalue n = 0 … N/2-1, ascending.</summary>
    public static double Frequency(int n, int size) => FrequenciesOf(size)[n];

    /// <summary>Eigenvalue n = 0 … N/2-1 with a positive imaginary part, imaginary parts ascending.</summary>
    public static Complex Lambda(int n, int size) => new(-0.5, FrequenciesOf(size)[n]);

    /// <summary>|P_n| = √|Π_k(λ_n + k + 1) / Π_{k≠n}(λ_n - λ_k)| over all N eigenvalues, by logarithms against overflow.</summary>
    public static double P(int n, int size)
    {
        double[] frequencies = FrequenciesOf(size);
        Complex lambda = new(-0.5, frequencies[n]);
        double log = 0;
        for (int k = 0; k < size; k++) log += Math.Log(Complex.Abs(lambda + k + 1));
        for (int k = 0; k < frequencies.Length; k++)
        {
            if (k != n) log -= Math.Log(Math.Abs(frequencies[n] - frequencies[k]));
            log -= Math.Log(frequencies[n] + frequencies[k]);
        }

        return Math.Exp(log / 2);
    }

    private static double[] FrequenciesOf(int size)
    {
        if (size < 2 || size % 2 != 0) throw new ArgumentException($"the HiPPO-LegS matrix needs an even size of at least 2, found {size}");
        return Frequencies.GetOrAdd(size, Compute);
    }

    /// <summary>Eigenvalues of the symmetric matrix SᵀS = -S² by Jacobi's method; each is double, so every second one is taken.</summary>
    private static double[] Compute(int size)
    {
        var s = new double[size, size];
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < i; j++)
            {
                s[i, j] = -0.5 * Math.Sqrt((2.0 * i + 1) * (2.0 * j + 1));
                s[j, i] = -s[i, j];
            }
        }

        var squares = new double[size, size];
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                for (int k = 0; k < size; k++) squares[i, j] += s[k, i] * s[k, j];
            }
        }

        double[] values = Jacobi(squares, size);
        Array.Sort(values);
        return [.. Enumerable.Range(0, size / 2).Select(i => Math.Sqrt((values[2 * i] + values[2 * i + 1]) / 2))];
    }

    /// <summary>Cyclic Jacobi rotations until the off-diagonal part vanishes (Golub and Van Loan, section 8.5).</summary>
    private static double[] Jacobi(double[,] a, int size)
    {
        for (int sweep = 0; sweep < 60; sweep++)
        {
            double off = 0, all = 0;
            for (int i = 0; i < size; i++)
            {
                for (int j = 0; j < size; j++)
                {
                    all += a[i, j] * a[i, j];
                    if (i != j) off += a[i, j] * a[i, j];
                }
            }

            if (off <= 1e-34 * all) break;
            for (int p = 0; p < size - 1; p++)
            {
                for (int q = p + 1; q < size; q++) Rotate(a, size, p, q);
            }
        }

        return [.. Enumerable.Range(0, size).Select(i => a[i, i])];
    }

    private static void Rotate(double[,] a, int size, int p, int q)
    {
        if (a[p, q] == 0) return;
        double theta = (a[q, q] - a[p, p]) / (2 * a[p, q]);
        double t = (theta >= 0 ? 1 : -1) / (Math.Abs(theta) + Math.Sqrt(theta * theta + 1));
        double c = 1 / Math.Sqrt(t * t + 1), s = t * c;
        for (int k = 0; k < size; k++)
        {
            (double kp, double kq) = (a[k, p], a[k, q]);
            (a[k, p], a[k, q]) = (c * kp - s * kq, s * kp + c * kq);
        }

        for (int k = 0; k < size; k++)
        {
            (double pk, double qk) = (a[p, k], a[q, k]);
            (a[p, k], a[q, k]) = (c * pk - s * qk, s * pk + c * qk);
        }
    }
}
