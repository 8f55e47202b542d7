using ILGPU;
using SsmDsl.Devices;

namespace SsmDsl.Ilgpu.Training;

/// <summary>How squares are summed: blocks of this many elements, each by so many threads that read side by side; then blocks in order.</summary>
internal static class SumOrder
{
    public const int Block = 2048;
    public const int Threads = 32;
}

internal struct AddArguments<T>
    where T : unmanaged
{
    public int Items;
    public ArrayView<T> Sum;
    public ArrayView<T> Term;
}

internal struct SquareArguments<T>
    where T : unmanaged
{
    public int Items;
    public int Count;
    public ArrayView<DevicePiece> Pieces;

    /// <summary>All memory of the device.</summary>
    public ArrayView<T> Memory;
    public ArrayView<double> Sums;
}

internal struct AdamWArguments<T>
    where T : unmanaged
{
    public int Items;
    public int Count;
    public ArrayView<DevicePiece> Pieces;
    public ArrayView<T> Memory;
    public AdamWStep Step;
}

internal struct SgdArguments<T>
    where T : unmanaged
{
    public int Items;
    public int Count;
    public ArrayView<DevicePiece> Pieces;
    public ArrayView<T> Memory;
    public double Scale;
    public double Momentum;
    public int Nesterov;
}
