using System.Globalization;

namespace SsmDsl;

/// <summary>An int tensor that indexes another one holds a value that is no position of it.</summary>
public sealed class IndexOutOfVocabularyException : SsmException
{
    /// <param name="index">The int tensor.</param>
    /// <param name="indexed">The tensor that was to be read.</param>
    /// <param name="position">Position in the int tensor, last axis fastest.</param>
    /// <param name="where">The same position, axis by axis, where the shape is known; else null.</param>
    /// <param name="value">The value there.</param>
    /// <param name="size">Number of entries of the tensor that was to be read, as in the source.</param>
    public IndexOutOfVocabularyException(string index, string indexed, long position, string? where, int value, string size)
        : base($"'{index}' holds {value} at {where ?? $"position {position}"}, but '{indexed}' has the entries 0 to {Last(size)} there")
    {
        Index = index;
        Indexed = indexed;
        Position = position;
        Value = value;
        Size = size;
    }

    /// <summary>The int tensor.</summary>
    public string Index { get; }

    /// <summary>The tensor that was to be read.</summary>
    public string Indexed { get; }

    /// <summary>Position in <see cref="Index"/>, last axis fastest.</summary>
    public long Position { get; }

    /// <summary>The value there.</summary>
    public int Value { get; }

    /// <summary>Number of entries of <see cref="Indexed"/> along that axis, as in the source.</summary>
    public string Size { get; }

    private static string Last(string size) => long.TryParse(size, NumberStyles.Integer, CultureInfo.InvariantCulture, out long count)
        ? (count - 1).ToString(CultureInfo.InvariantCulture)
        : $"{size} - 1";
}
