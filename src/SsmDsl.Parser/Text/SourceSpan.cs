namespace SsmDsl.Text;

/// <summary>A piece of a source file, end exclusive.</summary>
public readonly record struct SourceSpan(SourceFile File, int Start, int End)
{
    public int Length => End - Start;

    public LinePosition StartPosition => File.PositionAt(Start);

    public LinePosition EndPosition => File.PositionAt(End);

    /// <summary>The span from the start of this one to the end of <paramref name="last"/>.</summary>
    public SourceSpan To(SourceSpan last) => new(File, Start, Math.Max(End, last.End));

    public override string ToString() => $"{File.Path}({StartPosition.Line},{StartPosition.Column})";
}
