using ILGPU;
using ILGPU.Runtime;

namespace SsmDsl.Ilgpu.Kernels;

/// <summary>A buffer that stands for all memory of a device, so that any address is a view: the runtime gives addresses, kernels take views.</summary>
internal sealed unsafe class AddressSpace : MemoryBuffer
{
    public AddressSpace(Accelerator accelerator)
        : base(accelerator, long.MaxValue, 1) => NativePtr = 0;

    /// <summary>All elements from an address on; the address is a multiple of the element's size.</summary>
    public ArrayView<T> View<T>(void* pointer)
        where T : unmanaged
    {
        (long index, long rest) = Math.DivRem((long)pointer, sizeof(T));
        if (rest != 0) throw new ArgumentException($"the address is no multiple of the {sizeof(T)} bytes of an element", nameof(pointer));
        return new ArrayView<T>(this, index, long.MaxValue / sizeof(T) - index);
    }

    protected override void MemSet(AcceleratorStream stream, byte value, in ArrayView<byte> targetView) => throw NoCopies();

    protected override void CopyFrom(AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView) => throw NoCopies();

    protected override void CopyTo(AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView) => throw NoCopies();

    /// <summary>It owns nothing.</summary>
    protected override void DisposeAcceleratorObject(bool disposing)
    {
    }

    private static NotSupportedException NoCopies() => new("the address space has no bounds to copy within");
}
