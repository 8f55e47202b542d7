using System.Reflection;
using SsmDsl.Programs;

namespace SsmDsl.Ilgpu.Products;

/// <summary>
/// Large products by a library, where there is one: it is looked for when the first product is large enough, and used if it
/// multiplies some small matrices right. Otherwise kernels compute all products.
/// </summary>
/// <param name="open">Opens the library, or throws.</param>
/// <param name="smallest">Multiplications of the smallest product that is worth it.</param>
internal sealed class LibraryProducts(IlgpuDevice device, Func<MatrixLibrary> open, nint smallest = LibraryProducts.Smallest) : IDisposable
{
    /// <summary>A library has more to do before it begins than a kernel.</summary>
    public const int Smallest = 1 << 22;

    private readonly Lock gate = new();
    private MatrixLibrary? library;
    private bool isOpened;

    /// <summary>Whether the library may be used.</summary>
    public bool IsAllowed { get; set; } = true;

    /// <summary>What has become of the library.</summary>
    public string Status { get; private set; } = "no product was large enough yet";

    /// <summary>Has a product computed by the library.</summary>
    /// <param name="kernel">That does the same.</param>
    /// <returns>Whether it was: otherwise the kernel has to be launched.</returns>
    public bool Multiply<T>(MethodInfo kernel, in DeviceMatrices<T> matrices)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        if (!IsAllowed || (double)matrices.Rows * matrices.Columns * matrices.Depth < smallest || BlasProduct.Of(in matrices) is not { } product) return false;
        lock (gate)
        {
            if (!isOpened) Open();
            if (library is null) return false;
            device.Count();
            ElementKind element = Elements.Of<T>();
            if (device.Recording is { } recording) recording.Take(kernel, () => library.Multiply(in product, element));
            else library.Multiply(in product, element);
            return true;
        }
    }

    public void Dispose() => library?.Dispose();

    private void Open()
    {
        isOpened = true;
        MatrixLibrary? opened = null;
        try
        {
            opened = open();
            LibraryCheck.Run(opened, device.Memory);
            (library, Status) = (opened, $"{opened.Name} computes large products");
        }
        catch (Exception e)
        {
            // A machine without the library, or with one that does not do, is a machine whose kernels compute all products.
            opened?.Dispose();
            Status = $"kernels compute all products: {e.GetBaseException().Message}";
        }
    }
}
