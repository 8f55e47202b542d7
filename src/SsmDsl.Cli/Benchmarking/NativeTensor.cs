using System.Runtime.InteropServices;
using SsmDsl.Programs;

namespace SsmDsl.Cli.Benchmarking;

/// <summary>A dense tensor in aligned memory outside of the heap, where measured code reads and writes it.</summary>
internal sealed unsafe class NativeTensor : IDisposable
{
    private static int made;

    private readonly void* block;

    /// <summary>A tensor of zeros.</summary>
    public NativeTensor(string name, ElementKind element, nint[] shape)
    {
        (Name, Element, Shape) = (name, element, shape);
        Count = shape.Aggregate((nint)1, (product, size) => checked(product * size));
        nuint bytes = (nuint)(Count * Elements.Size(element));

        // Tensors that lie a multiple of 4 KB apart disturb each other in the cache.
        nuint shift = (nuint)(64 * (1 + 2 * (made++ % 31)));
        block = NativeMemory.AlignedAlloc(bytes + shift + 64, 4096);
        Data = (byte*)block + shift;
        NativeMemory.Clear(Data, bytes);
        Strides = new nint[shape.Length];
        nint stride = 1;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            // As in System.Numerics.Tensors, an axis of one entry has the stride 0.
            Strides[axis] = shape[axis] == 1 ? 0 : stride;
            stride *= shape[axis];
        }
    }

    public string Name { get; }

    public ElementKind Element { get; }

    public nint[] Shape { get; }

    public nint[] Strides { get; }

    public nint Count { get; }

    public void* Data { get; }

    public float* Floats => Element == ElementKind.Float32 ? (float*)Data : throw new InvalidOperationException($"{Name} holds {Element}");

    public Span<float> Values => new(Floats, checked((int)Count));

    public Span<int> Ints => Of<int>();

    /// <summary>The elements, as whatever has their size.</summary>
    public Span<T> Of<T>()
        where T : unmanaged => new(Data, checked((int)Count));

    public void Dispose() => NativeMemory.AlignedFree(block);
}
