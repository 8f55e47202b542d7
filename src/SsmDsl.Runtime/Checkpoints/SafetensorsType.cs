namespace SsmDsl;

/// <summary>Element types of safetensors files that can be read.</summary>
public enum SafetensorsType
{
    /// <summary>A type that the format knows and this reader does not convert.</summary>
    Other,
    F64,
    F32,
    F16,
    BF16,
    I64,
    I32,
    U8,
    Bool,
}

/// <summary>A tensor in a file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its element type.</param>
/// <param name="TypeName">The element type as the file has it.</param>
/// <param name="Shape">Sizes of its axes; none for a scalar.</param>
/// <param name="Offset">Where its bytes begin, from the start of the file.</param>
/// <param name="Bytes">Number of its bytes.</param>
public sealed record SafetensorsEntry(string Name, SafetensorsType Type, string TypeName, IReadOnlyList<nint> Shape, long Offset, long Bytes)
{
    /// <summary>Number of elements.</summary>
    public long Count
    {
        get
        {
            long count = 1;
            foreach (nint size in Shape) count *= size;
            return count;
        }
    }
}
