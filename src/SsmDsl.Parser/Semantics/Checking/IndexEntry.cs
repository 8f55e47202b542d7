using SsmDsl.Text;

namespace SsmDsl.Semantics.Checking;

/// <summary>A use of an index on an axis: the axis' size, and the text that is indexed.</summary>
internal sealed record IndexUse(Dim Size, SourceSpan Place, string Tensor);

/// <summary>
/// An index of an equation or a reduction while its range is looked for: given by an annotation, else by the axes on which it
/// stands plainly, else, for a left-side index, by the sequence axis over which it is shifted.
/// </summary>
internal sealed class IndexEntry(string name, SourceSpan place, bool isLeft)
{
    private readonly List<IndexUse> plain = [];
    private Dim? shifted;

    public string Name { get; } = name;

    public SourceSpan Place { get; } = place;

    public bool IsLeft { get; } = isLeft;

    public Dim? Annotation { get; set; }

    /// <summary>For a left-side index that nothing else gives a range: that of an index with which an equation of the run reads its axis.</summary>
    public Dim? Hint { get; set; }

    /// <summary>Null while unknown.</summary>
    public Dim? Range { get; private set; }

    /// <summary>It stands on an axis whose size is not known: that it has no range follows from something else.</summary>
    public bool IsLost { get; private set; }

    /// <summary>What expressions refer to; its range is undefined if none was found.</summary>
    public IndexSymbol Symbol { get; private set; } = new(name, Dim.Undefined);

    /// <summary>The plain uses in the order of the text.</summary>
    public IReadOnlyList<IndexUse> Plain => plain;

    /// <summary>Before the text is read (again).</summary>
    public void Restart()
    {
        plain.Clear();
        shifted = null;
        IsLost = false;
    }

    public void AddPlain(Dim? size, SourceSpan place, string tensor)
    {
        if (size is null || size.IsUndefined) IsLost = true;
        else plain.Add(new IndexUse(size, place, tensor));
    }

    public void AddShifted(Dim? size)
    {
        if (size is null) IsLost = true;
        else shifted ??= size;
    }

    public void Lose() => IsLost = true;

    /// <summary>Decides the range by what was found; true if that is new.</summary>
    public bool Resolve()
    {
        Dim? range = Annotation ?? (plain.Count > 0 ? plain[0].Size : IsLeft ? shifted ?? Hint : null);
        if (range is null || range.Equals(Range)) return false;
        Range = range;
        Symbol = new IndexSymbol(Name, range);
        return true;
    }
}

/// <summary>The indices that an expression may use, innermost first.</summary>
internal sealed record IndexScope(IndexEntry Entry, IndexScope? Outer)
{
    public static IndexEntry? Find(IndexScope? scope, string name)
    {
        for (; scope is not null; scope = scope.Outer)
        {
            if (scope.Entry.Name == name) return scope.Entry;
        }
        return null;
    }

    public static IndexScope? Add(IndexScope? scope, IEnumerable<IndexEntry> entries) =>
        entries.Aggregate(scope, (outer, entry) => new IndexScope(entry, outer));

    /// <summary>All of them, outermost first.</summary>
    public static IReadOnlyList<IndexEntry> All(IndexScope? scope)
    {
        var all = new List<IndexEntry>();
        for (; scope is not null; scope = scope.Outer) all.Add(scope.Entry);
        all.Reverse();
        return all;
    }
}
