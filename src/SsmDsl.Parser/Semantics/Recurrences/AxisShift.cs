namespace SsmDsl.Semantics;

/// <summary>How far from its own position an equation reads along an axis: position read minus own position.</summary>
/// <param name="Least">Null (as <paramref name="Greatest"/> then) if it is not bounded.</param>
public sealed record AxisShift(Dim? Least, Dim? Greatest)
{
    /// <summary>At any position: a lookup, a fixed position, an unbounded reduction, an axis that has nothing to do with it.</summary>
    public static readonly AxisShift Any = new(null, null);

    public static readonly AxisShift Same = Constant(0);

    /// <summary>Never to a later position.</summary>
    public bool IsBack { get; } = Greatest is not null && DimSign.IsNonpositive(Greatest, SizeAssumptions.AtLeastOne);

    /// <summary>Always to an earlier position.</summary>
    public bool IsStrictlyBack { get; } = Greatest is not null && DimSign.IsNegative(Greatest, SizeAssumptions.AtLeastOne);

    public bool IsAhead { get; } = Least is not null && DimSign.IsNonnegative(Least, SizeAssumptions.AtLeastOne);

    public bool IsStrictlyAhead { get; } = Least is not null && DimSign.IsPositive(Least, SizeAssumptions.AtLeastOne);

    /// <summary>False if its direction depends on sizes that are not known here.</summary>
    public bool IsDecided { get; } = HasSign(Least) && HasSign(Greatest);

    public static AxisShift Constant(long shift) => new(shift, shift);

    /// <summary>
    /// The shift between the position <paramref name="read"/> on one axis and the reader's own position <paramref name="own"/>
    /// on another: a size, or affine in indices with a static range. Anything else is <see cref="Any"/>.
    /// </summary>
    /// <param name="read">Null for what is not affine (a lookup).</param>
    /// <param name="guards">What is known where it is read.</param>
    /// <param name="ownIndices">The reader's left-side indices: a distance that depends on one of them along which it could
    /// recur is no lag (<c>h[0]</c>, <c>h[2*t]</c>).</param>
    /// <param name="isStatic">Whether a range is static.</param>
    public static AxisShift Between(
        AffineForm? read, AffineForm own, Guards guards, IEnumerable<AffineVariable> ownIndices, Func<Dim, bool> isStatic)
    {
        if (read is null) return Any;
        AffineForm distance = read - own;
        if (distance.IsConstant) return new AxisShift(distance.Offset, distance.Offset);
        var inOwn = new HashSet<AffineVariable>(own.Variables);
        if (distance.Variables.Any(v => !isStatic(v.Range) || (inOwn.Contains(v) && ownIndices.Contains(v)))) return Any;
        var (least, greatest) = Bounds.Extremes(distance, guards);
        return least is null || greatest is null ? Any : new AxisShift(least, greatest);
    }

    private static bool HasSign(Dim? dim) =>
        dim is null || dim.IsConstant
        || DimSign.IsNegative(dim, SizeAssumptions.AtLeastOne) || DimSign.IsPositive(dim, SizeAssumptions.AtLeastOne);
}
