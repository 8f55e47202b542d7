namespace SsmDsl.Bench.Reference.Bits512;

/// <summary>Products of matrices by tiles of some rows and two vectors of columns, whose sums stay in registers.</summary>
internal static unsafe partial class MatrixTile
{
    public const int Columns = 2 * Lanes.W;

    /// <summary>Packs a matrix [k, n], given by its strides, into panels of two vectors: [n/Columns][k][Columns].</summary>
    public static void Pack(float* from, nint strideK, nint strideN, nint k, nint panel, float* to)
    {
        from += panel * Columns * strideN;
        to += panel * k * Columns;
        for (nint i = 0; i < k; i++)
        {
            for (nint j = 0; j < Columns; j++) to[i * Columns + j] = from[i * strideK + j * strideN];
        }
    }

    /// <summary>bias + [rows, k]·[k, n], the second packed; rows of the first and of the result follow each other.</summary>
    public static void Multiply(float* a, nint k, float* packed, float* to, nint n, nint rows, float* bias)
    {
        for (nint j = 0; j < n; j += Columns) Run(a, k, packed + j * k, Columns, to + j, n, rows, k, bias == null ? null : bias + j, false);
    }

    /// <summary>Adds [rows, m] transposed times [rows, n].</summary>
    public static void AddOuter(float* a, nint m, float* b, nint n, float* to, nint rows)
    {
        for (nint j = 0; j < n; j += Columns) RunTurned(a, m, b + j, n, to + j, n, m, rows);
    }
}
