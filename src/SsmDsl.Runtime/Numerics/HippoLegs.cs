using System.Collections.Concurrent;
using System.Numerics;

namespace SsmDsl.Numerics;

/// <summary>
/// The eigenvalues of the normal part of the HiPPO-LegS matrix (Gu et al., 2021, arXiv:2111.00396, section 3):
/// A + PPᵀ = -½I + S with S[i,j] = -½√((2i+1)(2j+1)) below the diagonal and its negative above, so that λ = -½ ± iω where ω
/// are the singular values of S, each twice.
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

    /// <summary>The singular values of S; each is double, so every second one is taken. Those of SᵀS would have lost half of the digits.</summary>
    private static double[] Compute(int size)
    {
        var columns = new double[size][];
        for (int j = 0; j < size; j++)
        {
            columns[j] = new double[size];
            for (int i = 0; i < size; i++) columns[j][i] = Math.Sign(j - i) * 0.5 * Math.Sqrt((2.0 * i + 1) * (2.0 * j + 1));
        }

        Orthogonalise(columns);
        double[] values = [.. columns.Select(c => Math.Sqrt(Dot(c, c))).OrderBy(v => v)];
        return [.. Enumerable.Range(0, size / 2).Select(i => (values[2 * i] + values[2 * i + 1]) / 2)];
    }

    /// <summary>One-sided Jacobi rotations until all columns are at right angles (Golub and Van Loan, section 8.6.3).</summary>
    private static void Orthogonalise(double[][] columns)
    {
        for (int sweep = 0, rotated = 1; rotated > 0 && sweep < 60; sweep++)
        {
            rotated = 0;
            for (int p = 0; p < columns.Length - 1; p++)
            {
                for (int q = p + 1; q < columns.Length; q++)
                {
                    if (Rotate(columns[p], columns[q])) rotated++;
                }
            }
        }
    }

    /// <summary>Turns two columns so that they are at right angles; false if they are.</summary>
    private static bool Rotate(double[] p, double[] q)
    {
        double pp = Dot(p, p), qq = Dot(q, q), pq = Dot(p, q);
        if (Math.Abs(pq) <= 1e-15 * Math.Sqrt(pp * qq)) return false;
        double theta = (qq - pp) / (2 * pq);
        double t = (theta >= 0 ? 1 : -1) / (Math.Abs(theta) + Math.Sqrt(theta * theta + 1));
        double c = 1 / Math.Sqrt(t * t + 1), s = t * c;
        for (int k = 0; k < p.Length; k++) (p[k], q[k]) = (c * p[k] - s * q[k], s * p[k] + c * q[k]);
        return true;
    }

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int k = 0; k < a.Length; k++) sum += a[k] * b[k];
        return sum;
    }
}
