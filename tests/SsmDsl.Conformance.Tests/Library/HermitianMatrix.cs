using System.Numerics;

namespace SsmDsl.Conformance.Tests.Library;

/// <summary>Eigenvalues and eigenvectors of a dense Hermitian matrix by Jacobi's method.</summary>
internal static class HermitianMatrix
{
    /// <summary>Eigenvalues ascending; column n of the second is the vector of value n.</summary>
    public static (double[] Values, Complex[,] Vectors) Decompose(Complex[,] matrix)
    {
        int size = matrix.GetLength(0);
        var a = (Complex[,])matrix.Clone();
        var v = new Complex[size, size];
        for (int i = 0; i < size; i++) v[i, i] = 1;
        for (bool isDone = false; !isDone;)
        {
            isDone = true;
            for (int p = 0; p < size - 1; p++)
            {
                for (int q = p + 1; q < size; q++)
                {
                    if (Complex.Abs(a[p, q]) <= 1e-17 * (Math.Abs(a[p, p].Real) + Math.Abs(a[q, q].Real))) continue;
                    isDone = false;
                    Rotate(a, v, p, q);
                }
            }
        }

        int[] order = [.. Enumerable.Range(0, size).OrderBy(i => a[i, i].Real)];
        var vectors = new Complex[size, size];
        for (int i = 0; i < size; i++)
        {
            for (int n = 0; n < size; n++) vectors[i, n] = v[i, order[n]];
        }

        return ([.. order.Select(i => a[i, i].Real)], vectors);
    }

    /// <summary>A ← R* A R, V ← V R with the rotation in the plane (p, q) after which a[p, q] is 0.</summary>
    private static void Rotate(Complex[,] a, Complex[,] v, int p, int q)
    {
        int size = a.GetLength(0);
        Complex phase = a[p, q] / Complex.Abs(a[p, q]);
        double tau = (a[q, q].Real - a[p, p].Real) / (2 * Complex.Abs(a[p, q]));
        double t = (tau >= 0 ? 1 : -1) / (Math.Abs(tau) + Math.Sqrt(1 + tau * tau));
        double c = 1 / Math.Sqrt(1 + t * t);
        Complex s = t * c * phase;
        for (int k = 0; k < size; k++)
        {
            (Complex kp, Complex kq) = (a[k, p], a[k, q]);
            (a[k, p], a[k, q]) = (c * kp - Complex.Conjugate(s) * kq, s * kp + c * kq);
            (kp, kq) = (v[k, p], v[k, q]);
            (v[k, p], v[k, q]) = (c * kp - Complex.Conjugate(s) * kq, s * kp + c * kq);
        }

        for (int k = 0; k < size; k++)
        {
            (Complex pk, Complex qk) = (a[p, k], a[q, k]);
            (a[p, k], a[q, k]) = (c * pk - s * qk, Complex.Conjugate(s) * pk + c * qk);
        }

        a[p, q] = a[q, p] = 0;
    }
}
