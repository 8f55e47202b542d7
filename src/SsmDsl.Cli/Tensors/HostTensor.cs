using SsmDsl.Semantics;

namespace SsmDsl.Cli.Tensors;

/// <summary>How the elements of a tensor are written in a file.</summary>
internal enum Storage
{
    F32,
    F64,
    I64,
    Bool,
}

/// <summary>
/// A tensor between files and runs. Every element is held as a double, which is exact for all of them (ints have 32 bits);
/// complex tensors have a last axis of 2.
/// </summary>
internal sealed record HostTensor(long[] Shape, double[] Values, Storage Storage)
{
    public static readonly HostTensor Missing = new([], [], Storage.F64);

    public static long Count(ReadOnlySpan<long> shape)
    {
        long count = 1;
        foreach (long size in shape) count = checked(count * size);
        return count;
    }

    public static Storage StorageOf(ElementType element, Storage real) => element switch
    {
        ElementType.Int => Storage.I64,
        ElementType.Bool => Storage.Bool,
        _ => real,
    };

    public string ShapeText => $"[{string.Join(", ", Shape)}]";
}
