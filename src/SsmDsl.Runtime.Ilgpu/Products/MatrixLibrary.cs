using SsmDsl.Programs;

namespace SsmDsl.Ilgpu.Products;

/// <summary>A library of products for the memory of a device, on the stream of its kernels.</summary>
internal abstract class MatrixLibrary : IDisposable
{
    /// <summary>Name and version.</summary>
    public abstract string Name { get; }

    /// <summary>Has a product computed, in order with the kernels.</summary>
    /// <exception cref="DeviceException">The library failed.</exception>
    public abstract void Multiply(in BlasProduct product, ElementKind element);

    public abstract void Dispose();
}
