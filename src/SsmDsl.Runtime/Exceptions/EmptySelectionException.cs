namespace SsmDsl;

/// <summary>An <c>argmax</c> or <c>argmin</c> had nothing to choose from.</summary>
/// <param name="reduction">The tensor that the choice was to give.</param>
/// <param name="position">Position in it, last axis fastest.</param>
public sealed class EmptySelectionException(string reduction, long position)
    : SsmException($"argmax or argmin in '{reduction}' has nothing to choose from at position {position}: its condition keeps nothing")
{
    /// <summary>The tensor that the choice was to give.</summary>
    public string Reduction { get; } = reduction;

    /// <summary>Position in it, last axis fastest.</summary>
    public long Position { get; } = position;
}
