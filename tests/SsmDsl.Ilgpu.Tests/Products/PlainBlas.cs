using SsmDsl.Ilgpu.Products;
using SsmDsl.Programs;

namespace SsmDsl.Ilgpu.Tests.Products;

/// <summary>What BLAS is said to do, in loops, on the memory of the simulator.</summary>
/// <param name="error">Is added to every element.</param>
internal sealed unsafe class PlainBlas(double error = 0) : MatrixLibrary
{
    public override string Name => "BLAS in loops";

    public int Products { get; private set; }

    public bool IsDisposed { get; private set; }

    public override void Multiply(in BlasProduct product, ElementKind element)
    {
        Products++;
        if (element == ElementKind.Float64) Multiply<double>(in product);
        else Multiply<float>(in product);
    }

    public override void Dispose() => IsDisposed = true;

    private void Multiply<T>(in BlasProduct p)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        // What BLAS refuses.
        Assert.True(p.Left.Step >= Math.Max(1, p.Left.IsTransposed ? p.Depth : p.Rows));
        Assert.True(p.Right.Step >= Math.Max(1, p.Right.IsTransposed ? p.Columns : p.Depth));
        Assert.True(p.Target.Step >= Math.Max(1, p.Rows));
        for (int j = 0; j < p.Columns; j++)
        {
            for (int i = 0; i < p.Rows; i++)
            {
                T sum = T.Zero;
                for (int k = 0; k < p.Depth; k++) sum += At<T>(p.Left, i, k) * At<T>(p.Right, k, j);
                ref T target = ref At<T>(p.Target, i, j);
                target = T.CreateTruncating(p.Factor) * sum + (p.Keep == 0 ? T.Zero : T.CreateTruncating(p.Keep) * target) + T.CreateTruncating(error);
            }
        }
    }

    private static ref T At<T>(BlasMatrix matrix, int row, int column)
        where T : unmanaged => ref ((T*)matrix.First)[matrix.IsTransposed ? (nint)row * matrix.Step + column : (nint)column * matrix.Step + row];
}
