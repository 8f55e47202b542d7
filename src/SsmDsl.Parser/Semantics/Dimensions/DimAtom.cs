namespace SsmDsl.Semantics;

internal enum DimFunction
{
    Ceil,
    Floor,
    Min,
    Max,
}

/// <summary>What polynomials are over: a symbol, or a function of normalised dimensions.</summary>
internal abstract class DimAtom : IEquatable<DimAtom>, IComparable<DimAtom>
{
    /// <summary>The atom's value at a fixed pseudo-random point of the field of <see cref="FieldPoint"/>; equal for equal atoms.</summary>
    public abstract uint Point { get; }

    public virtual bool IsWhole => true;

    public abstract bool Equals(DimAtom? other);

    public override bool Equals(object? obj) => Equals(obj as DimAtom);

    public override int GetHashCode() => (int)Point;

    /// <summary>Symbols by name, then functions; deterministic, and 0 exactly for equal atoms.</summary>
    public int CompareTo(DimAtom? other) => (this, other) switch
    {
        (_, null) => 1,
        (SymbolAtom a, SymbolAtom b) => string.CompareOrdinal(a.Symbol.Name, b.Symbol.Name),
        (SymbolAtom, _) => -1,
        (_, SymbolAtom) => 1,
        (FunctionAtom a, FunctionAtom b) => FunctionAtom.Compare(a, b),
        _ => throw new InvalidOperationException(),
    };
}

internal sealed class SymbolAtom(DimSymbol symbol) : DimAtom
{
    public DimSymbol Symbol { get; } = symbol;

    public override uint Point { get; } = FieldPoint.OfText(symbol.Name);

    public override bool Equals(DimAtom? other) => other is SymbolAtom o && o.Symbol.Equals(Symbol);
}

/// <summary>ceil(Left), floor(Left) of a quotient (Right is 0), min(Left, Right) or max(Left, Right), in which the order does not matter.</summary>
internal sealed class FunctionAtom(DimFunction function, Dim left, Dim right) : DimAtom
{
    public DimFunction Function { get; } = function;
    public Dim Left { get; } = left;
    public Dim Right { get; } = right;

    public bool IsRounding => Function is DimFunction.Ceil or DimFunction.Floor;

    public override bool IsWhole => IsRounding || (Left.IsWhole && Right.IsWhole);

    public override uint Point { get; } =
        FieldPoint.OfFunction((int)function, (uint)left.GetHashCode(), (uint)right.GetHashCode());

    public override bool Equals(DimAtom? other) =>
        ReferenceEquals(this, other)
        || (other is FunctionAtom o && o.Function == Function && o.Point == Point
            && ((o.Left.Equals(Left) && o.Right.Equals(Right)) || (o.Left.Equals(Right) && o.Right.Equals(Left))));

    /// <summary>By kind, then by point: the points of equal atoms are equal, whatever their texts.</summary>
    public static int Compare(FunctionAtom a, FunctionAtom b)
    {
        if (a.Equals(b)) return 0;
        int order = a.Function.CompareTo(b.Function);
        if (order == 0) order = a.Point.CompareTo(b.Point);
        return order != 0 ? order : string.CompareOrdinal($"{a.Left},{a.Right}", $"{b.Left},{b.Right}");
    }
}
