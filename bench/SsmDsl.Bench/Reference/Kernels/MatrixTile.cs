namespace SsmDsl.Bench.Reference.Bits512;

/// <summary>Products of matrices by tiles of some rows and two vectors of columns, whose sums stay in registers.</summary>
internal static unsafe partial class MatrixTile
{
    public const int Columns = 2 * Lanes.W;

    /// <summary>Rows that a panel is read for while it is in the cache.</summary>
    private const int Block = 64;

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

    /// <summary>Packs all panels of a matrix [k, n].</summary>
    public static void PackAll(float* from, nint strideK, nint strideN, nint k, nint n, float* to)
    {
        for (nint panel = 0; panel < n / Columns; panel++) Pack(from, strideK, strideN, k, panel, to);
    }

    /// <summary>bias + [rows, k]·[k, n], the second packed; rows of the first and of the result follow each other.</summary>
    public static void Multiply(float* a, nint k, float* packed, float* to, nint n, nint rows, float* bias)
    {
        for (nint j = 0; j < n; j += Columns) Run(a, k, packed + j * k, Columns, to + j, n, rows, k, bias == null ? null : bias + j, false);
    }

    /// <summary>The same with rows lda and ldc apart, blocks of rows one after the other; or added to what is there.</summary>
    public static void Multiply(float* a, nint lda, nint k, float* packed, float* to, nint ldc, nint n, nint rows, float* bias, bool add = false)
    {
        for (nint i = 0; i < rows; i += Block)
        {
            for (nint j = 0; j < n; j += Columns)
            {
                Run(a + i * lda, lda, packed + j * k, Columns, to + i * ldc + j, ldc, Math.Min(Block, rows - i), k, bias == null ? null : bias + j, add);
            }
        }
    }

    /// <summary>Adds [rows, m] transposed times [rows, n].</summary>
    public static void AddOuter(float* a, nint m, float* b, nint n, float* to, nint rows) => AddOuter(a, m, m, b, n, n, to, rows);

    /// <summary>The same with rows lda and ldb apart.</summary>
    public static void AddOuter(float* a, nint lda, nint m, float* b, nint ldb, nint n, float* to, nint rows)
    {
        for (nint j = 0; j < n; j += Columns) RunTurned(a, lda, b + j, ldb, to + j, n, m, rows);
    }
}
