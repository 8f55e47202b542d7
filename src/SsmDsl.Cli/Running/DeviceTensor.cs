using System.Runtime.InteropServices;
using SsmDsl.Cli.Tensors;
using SsmDsl.Programs;

namespace SsmDsl.Cli.Running;

/// <summary>A tensor in the elements of a run, at a place in memory that holds until it is disposed. Dense, last axis fastest.</summary>
internal sealed unsafe class DeviceTensor : IDisposable
{
    private readonly Array values;
    private GCHandle pin;

    private DeviceTensor(Array values, nint[] shape)
    {
        (this.values, Shape) = (values, shape);
        pin = GCHandle.Alloc(values, GCHandleType.Pinned);
    }

    public nint[] Shape { get; }

    public nint Count => values.Length;

    public void* Data => (void*)pin.AddrOfPinnedObject();

    public nint[] Strides
    {
        get
        {
            var strides = new nint[Shape.Length];
            nint next = 1;
            for (int axis = strides.Length - 1; axis >= 0; axis--)
            {
                strides[axis] = next;
                next *= Shape[axis];
            }

            return strides;
        }
    }

    /// <summary>Zeros.</summary>
    public static DeviceTensor New(ElementKind element, nint[] shape)
    {
        nint count = 1;
        foreach (nint size in shape) count = checked(count * size);
        Array values = element switch
        {
            ElementKind.Float32 => new float[count],
            ElementKind.Float64 => new double[count],
            ElementKind.Int32 => new int[count],
            _ => new bool[count],
        };
        return new DeviceTensor(values, shape);
    }

    public static DeviceTensor Of(HostTensor tensor, ElementKind element)
    {
        nint[] shape = [.. tensor.Shape.Select(n => checked((nint)n))];
        Array values = element switch
        {
            ElementKind.Float32 => Array.ConvertAll(tensor.Values, v => (float)v),
            ElementKind.Float64 => tensor.Values,
            ElementKind.Int32 => Array.ConvertAll(tensor.Values, v => (int)v),
            _ => Array.ConvertAll(tensor.Values, v => v != 0),
        };
        return new DeviceTensor(values, shape);
    }

    public HostTensor ToHost(Storage storage)
    {
        double[] doubles = values switch
        {
            float[] singles => Array.ConvertAll(singles, v => (double)v),
            int[] ints => Array.ConvertAll(ints, v => (double)v),
            bool[] bools => Array.ConvertAll(bools, v => v ? 1.0 : 0.0),
            _ => (double[])values.Clone(),
        };
        return new HostTensor([.. Shape], doubles, storage);
    }

    public void Dispose() => pin.Free();
}
