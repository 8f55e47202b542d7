using System.Collections.Immutable;

namespace SsmDsl.Semantics;

/// <summary>An unknown size: a dimension of the layer being checked, or a dynamic dimension of a model.</summary>
public sealed record DimSymbol(string Name)
{
    /// <summary>The number of sequences in a batch; the compiler adds this axis, no program can name it.</summary>
    public static readonly DimSymbol Batch = new("$batch");

    public override string ToString() => Name;
}

/// <summary>
/// A size in normal form: a quotient of polynomials over the unknowns, with ceil, floor, min and max of normalised
/// arguments as atoms. Two dimensions are equal exactly if their normal forms are (<c>D/H*H</c> is <c>D</c>).
/// </summary>
public sealed class Dim : IEquatable<Dim>
{
    // CONTRACT STUB: replaced by the implementation.
    public static Dim Constant(long value) => throw new NotSupportedException();
    public static Dim Of(DimSymbol symbol) => throw new NotSupportedException();
    public static implicit operator Dim(long value) => Constant(value);
    public static Dim operator +(Dim a, Dim b) => throw new NotSupportedException();
    public static Dim operator -(Dim a, Dim b) => throw new NotSupportedException();
    public static Dim operator *(Dim a, Dim b) => throw new NotSupportedException();

    /// <summary>The exact quotient; a constant fraction such as 5/2 is a Dim for which <see cref="IsFraction"/> holds.</summary>
    public static Dim operator /(Dim a, Dim b) => throw new NotSupportedException();
    public static Dim Ceil(Dim a, Dim b) => throw new NotSupportedException();
    public static Dim Floor(Dim a, Dim b) => throw new NotSupportedException();
    public static Dim Min(Dim a, Dim b) => throw new NotSupportedException();
    public static Dim Max(Dim a, Dim b) => throw new NotSupportedException();

    /// <summary>True if it is a whole number.</summary>
    public bool TryGetConstant(out long value) => throw new NotSupportedException();
    public bool IsConstant => TryGetConstant(out _);

    /// <summary>True for a constant that is no whole number (or a division by zero).</summary>
    public bool IsFraction => throw new NotSupportedException();
    public ImmutableHashSet<DimSymbol> Symbols => throw new NotSupportedException();
    public Dim Substitute(IReadOnlyDictionary<DimSymbol, Dim> values) => throw new NotSupportedException();

    /// <summary>The value; throws <see cref="InvalidOperationException"/> if it is not whole or a symbol has no value.</summary>
    public long Evaluate(Func<DimSymbol, long> values) => throw new NotSupportedException();

    /// <summary>Rebuilds the expression in another algebra: C# text, XML documentation, run-time formulas.</summary>
    public T Fold<T>(IDimAlgebra<T> algebra) => throw new NotSupportedException();

    public bool Equals(Dim? other) => throw new NotSupportedException();
    public override bool Equals(object? obj) => Equals(obj as Dim);
    public override int GetHashCode() => throw new NotSupportedException();

    /// <summary>As a user would write it: <c>2*D + 1</c>, <c>ceil(D/16)</c>.</summary>
    public override string ToString() => throw new NotSupportedException();
}

/// <summary>What <see cref="Dim.Fold{T}"/> rebuilds a dimension from.</summary>
public interface IDimAlgebra<T>
{
    T Constant(long value);
    T Symbol(DimSymbol symbol);
    T Add(T a, T b);
    T Subtract(T a, T b);
    T Multiply(T a, T b);

    /// <summary>Divides exactly.</summary>
    T Divide(T a, T b);
    T Ceil(T a, T b);
    T Floor(T a, T b);
    T Min(T a, T b);
    T Max(T a, T b);
}
