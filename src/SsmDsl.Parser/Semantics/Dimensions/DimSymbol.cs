namespace SsmDsl.Semantics;

/// <summary>An unknown size: a dimension of the layer being checked, or a dynamic dimension of a model.</summary>
public sealed record DimSymbol(string Name)
{
    /// <summary>The number of sequences in a batch; the compiler adds this axis, no program can name it.</summary>
    public static readonly DimSymbol Batch = new("$batch");

    public override string ToString() => Name;
}
