using ILGPU;
using ILGPU.Runtime.Cuda;
using SsmDsl.Programs;

namespace SsmDsl.Ilgpu.Products;

/// <summary>NVIDIA's cuBLAS, in the version that ILGPU.Algorithms finds. Sums have the precision of their terms, and are the same each time.</summary>
internal sealed unsafe class Cublas : MatrixLibrary
{
    private readonly IlgpuDevice device;
    private readonly CuBlas library;

    /// <exception cref="Exception">It is not installed, or does not start: of any type.</exception>
    public Cublas(IlgpuDevice device, CudaAccelerator accelerator)
    {
        this.device = device;
        library = new CuBlas(accelerator) { Stream = (CudaStream)device.Stream };
    }

    public override string Name => $"cuBLAS {library.Version}";

    public override void Multiply(in BlasProduct product, ElementKind element)
    {
        try
        {
            if (element == ElementKind.Float64) MultiplyDouble(in product);
            else MultiplySingle(in product);
        }
        catch (CuBlasException e)
        {
            throw new DeviceException(device.Name, $"failed in a product of matrices by {Name}: {e.Message}", e);
        }
    }

    public override void Dispose() => library.Dispose();

    private static CuBlasOperation Operation(BlasMatrix matrix) => matrix.IsTransposed ? CuBlasOperation.Transpose : CuBlasOperation.NonTranspose;

    private void MultiplySingle(in BlasProduct p) => library.Gemm(
        Operation(p.Left), Operation(p.Right), p.Rows, p.Columns, p.Depth,
        (float)p.Factor, View<float>(p.Left), p.Left.Step, View<float>(p.Right), p.Right.Step, (float)p.Keep, View<float>(p.Target), p.Target.Step);

    private void MultiplyDouble(in BlasProduct p) => library.Gemm(
        Operation(p.Left), Operation(p.Right), p.Rows, p.Columns, p.Depth,
        p.Factor, View<double>(p.Left), p.Left.Step, View<double>(p.Right), p.Right.Step, p.Keep, View<double>(p.Target), p.Target.Step);

    private ArrayView<T> View<T>(BlasMatrix matrix)
        where T : unmanaged => device.Addresses.View<T>((void*)matrix.First);
}
