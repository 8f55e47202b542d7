using System.Runtime.InteropServices;
using ILGPU;
using SsmDsl.Devices;

namespace SsmDsl.Ilgpu.Training;

/// <summary>
/// A piece as kernels see it: addresses are counted in elements, so that they are positions in a view of all memory. Of 64
/// bytes, because the address of a table is to be a multiple of them.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
internal struct DevicePiece
{
    /// <summary>Number of the piece's first thread among all.</summary>
    public int Start;
    public int Length;
    public long Values;
    public long Gradients;
    public long First;
    public long Second;
    public double Rate;
    public double Keep;
}

/// <summary>The pieces of a launch in the memory of the device, written anew for each.</summary>
internal sealed unsafe class PieceTable(DeviceMemory memory)
{
    private DevicePiece[] pieces = [];
    private DevicePiece* place;
    private int capacity;

    /// <summary>The table, in the memory of the device.</summary>
    public DevicePiece* Place => place;

    /// <summary>Copies the pieces to the device.</summary>
    /// <param name="size">Bytes of an element.</param>
    /// <param name="block">Elements that some threads work on together.</param>
    /// <param name="workers">Number of these threads.</param>
    /// <param name="rateDivisor">What learning rates are divided by.</param>
    /// <returns>Number of threads.</returns>
    public nint Write(ReadOnlySpan<UpdatePiece> source, int size, int block, int workers, double rateDivisor = 1)
    {
        if (pieces.Length < source.Length) pieces = new DevicePiece[source.Length];
        nint threads = 0;
        for (int i = 0; i < source.Length; i++)
        {
            pieces[i] = new DevicePiece
            {
                Start = checked((int)threads),
                Length = checked((int)source[i].Length),
                Values = (long)source[i].Values / size,
                Gradients = (long)source[i].Gradients / size,
                First = (long)source[i].First / size,
                Second = (long)source[i].Second / size,
                Rate = source[i].Rate / rateDivisor,
                Keep = source[i].Keep,
            };
            threads += (source[i].Length + block - 1) / block * workers;
        }

        if (capacity < source.Length)
        {
            memory.Free(place);
            place = (DevicePiece*)memory.Allocate(source.Length * sizeof(DevicePiece));
            capacity = source.Length;
        }

        fixed (DevicePiece* from = pieces) memory.CopyIn(place, from, source.Length * sizeof(DevicePiece));
        return threads;
    }

    public void Free()
    {
        memory.Free(place);
        place = null;
        capacity = 0;
    }

    /// <summary>For kernels: the piece of a thread.</summary>
    public static int Find(ArrayView<DevicePiece> pieces, int count, int thread)
    {
        int low = 0, high = count;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            if (pieces[middle].Start <= thread) low = middle;
            else high = middle;
        }

        return low;
    }
}
