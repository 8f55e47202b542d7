using System.Numerics;
using SsmDsl.Devices;
using SsmDsl.Programs;

namespace SsmDsl.Ilgpu.Products;

/// <summary>Whether a library multiplies as it should: small matrices, by row and by column, added to what was there.</summary>
internal static unsafe class LibraryCheck
{
    private const int Rows = 5, Columns = 3, Depth = 4;
    private const double Factor = 0.75;

    /// <exception cref="InvalidOperationException">A result is wrong.</exception>
    public static void Run(MatrixLibrary library, DeviceMemory memory)
    {
        Run<float>(library, memory, 1e-5);
        Run<double>(library, memory, 1e-13);
    }

    private static void Run<T>(MatrixLibrary library, DeviceMemory memory, double bound)
        where T : unmanaged, INumber<T>
    {
        T[] left = Numbers<T>(Rows * Depth, 0.3), right = Numbers<T>(Depth * Columns, 0.7), target = Numbers<T>(Rows * Columns, 0.1);
        var result = new T[target.Length];
        T* block = (T*)memory.Allocate((left.Length + right.Length + target.Length) * sizeof(T));
        try
        {
            T* l = block, r = l + left.Length, t = r + right.Length;
            CopyIn(memory, l, left);
            CopyIn(memory, r, right);
            for (int layout = 0; layout < 8; layout++)
            {
                CopyIn(memory, t, target);
                (nint Row, nint Column) a = Strides(Rows, Depth, layout), b = Strides(Depth, Columns, layout >> 1), c = Strides(Rows, Columns, layout >> 2);
                var matrices = new DeviceMatrices<T>(
                    Rows, Columns, Depth, new(l, 0, a.Row, a.Column), new(r, 0, b.Row, b.Column), new(t, 0, c.Row, c.Column), T.CreateTruncating(Factor), accumulate: true);
                library.Multiply(BlasProduct.Of(in matrices)!.Value, Elements.Of<T>());
                fixed (T* to = result) memory.CopyOut(to, t, result.Length * sizeof(T));
                for (int i = 0; i < Rows; i++)
                {
                    for (int j = 0; j < Columns; j++)
                    {
                        double expected = double.CreateTruncating(target[i * c.Row + j * c.Column]);
                        for (int k = 0; k < Depth; k++)
                            expected += Factor * double.CreateTruncating(left[i * a.Row + k * a.Column]) * double.CreateTruncating(right[k * b.Row + j * b.Column]);
                        double actual = double.CreateTruncating(result[i * c.Row + j * c.Column]);
                        if (!(Math.Abs(actual - expected) <= bound)) throw new InvalidOperationException($"{library.Name} gives {actual} in a product of {typeof(T).Name} that is {expected}");
                    }
                }
            }
        }
        finally
        {
            memory.Free(block);
        }
    }

    /// <summary>Row by row, or column by column.</summary>
    private static (nint Row, nint Column) Strides(int rows, int columns, int layout) => (layout & 1) == 0 ? (columns, 1) : (1, rows);

    private static T[] Numbers<T>(int count, double from)
        where T : INumber<T> => [.. Enumerable.Range(0, count).Select(i => T.CreateTruncating((from + 0.618034 * i) % 1 - 0.5))];

    private static void CopyIn<T>(DeviceMemory memory, T* to, T[] values)
        where T : unmanaged
    {
        fixed (T* from = values) memory.CopyIn(to, from, values.Length * sizeof(T));
    }
}
