using System.Collections.Immutable;
using SsmDsl.Semantics;

namespace SsmDsl.Ir;

/// <summary>A quasi-affine position: a sum of terms and a constant. Normal form: no zero coefficients, equal atoms merged.</summary>
public sealed record Index(ImmutableArray<IndexTerm> Terms, Dim Constant)
{
    public static Index Of(IndexVar variable) => new([new IndexTerm(1, new VariableAtom(variable))], 0);

    public static Index Of(Dim constant) => new([], constant);
}

public sealed record IndexTerm(long Coefficient, IndexAtom Atom);

public abstract record IndexAtom;

public sealed record VariableAtom(IndexVar Variable) : IndexAtom;

/// <summary>Rounds down.</summary>
public sealed record DivAtom(Index Dividend, long Divisor) : IndexAtom;

/// <summary>Never negative.</summary>
public sealed record ModAtom(Index Dividend, long Divisor) : IndexAtom;

/// <summary>A position that is read from an int tensor (or computed from one): a gather.</summary>
public sealed record LookupAtom(Scalar Value) : IndexAtom;

/// <summary>What holds of an index on its axis.</summary>
public enum AxisAccess
{
    /// <summary>Proven to lie within the stored positions.</summary>
    InRange,

    /// <summary>Outside of the stored positions the whole read gives 0 or false.</summary>
    Padded,

    /// <summary>Outside of 0 … Size-1 is a run-time error that names the tensor, the position and the value.</summary>
    Checked,
}
