using System.Collections.Immutable;

namespace SsmDsl.Semantics;

/// <summary>
/// What comparisons of indices say where an expression is evaluated: at least one case holds, and in a case every form is 0 or
/// more. No cases: the expression is never evaluated.
/// </summary>
public sealed record Guards(ImmutableArray<ImmutableArray<AffineForm>> Cases)
{
    private const int MostCases = 64;

    /// <summary>Nothing is known.</summary>
    public static readonly Guards None = new([[]]);

    /// <summary>Where an expression is not evaluated at all.</summary>
    public static readonly Guards Never = new([]);

    /// <summary>
    /// What is known where <paramref name="condition"/> is <paramref name="holds"/>: of its comparisons of affine ints, joined by
    /// and, or, not. What else it says (of tensors, say) is not used: it may hold or not.
    /// </summary>
    public static Guards From(CheckedExpression condition, bool holds) => condition switch
    {
        ConstantExpression c => c.Real != 0 == holds ? None : Never,
        OperationExpression { Op: ScalarOp.Not } o => From(o.Arguments[0], !holds),
        OperationExpression { Op: ScalarOp.And } o => Join(o, holds, all: holds),
        OperationExpression { Op: ScalarOp.Or } o => Join(o, holds, all: !holds),
        OperationExpression { Arguments.Length: 2 } o
            when AffineReader.TryRead(o.Arguments[0]) is { } a && AffineReader.TryRead(o.Arguments[1]) is { } b =>
            Compare(o.Op, a, b, holds),
        _ => None,
    };

    /// <summary>Both hold.</summary>
    public Guards And(Guards other)
    {
        if (Cases.Length * other.Cases.Length > MostCases) return Cases.Length > other.Cases.Length ? other : this;
        return new([.. from a in Cases from b in other.Cases select a.AddRange(b)]);
    }

    /// <summary>At least one of both holds.</summary>
    public Guards Or(Guards other) =>
        Cases.Any(c => c.IsEmpty) || other.Cases.Any(c => c.IsEmpty) || Cases.Length + other.Cases.Length > MostCases
            ? None
            : new(Cases.AddRange(other.Cases));

    public Guards Substitute(IReadOnlyDictionary<DimSymbol, Dim> values) => Map(f => f.Substitute(values));

    public Guards Map(Func<AffineForm, AffineForm> map) =>
        new([.. Cases.Select(c => ImmutableArray.CreateRange(c, map))]);

    private static Guards Join(OperationExpression operation, bool holds, bool all)
    {
        Guards a = From(operation.Arguments[0], holds), b = From(operation.Arguments[1], holds);
        return all ? a.And(b) : a.Or(b);
    }

    private static Guards Compare(ScalarOp op, AffineForm a, AffineForm b, bool holds) => (op, holds) switch
    {
        (ScalarOp.Less, true) or (ScalarOp.GreaterOrEqual, false) => new([[b - a - 1]]),
        (ScalarOp.LessOrEqual, true) or (ScalarOp.Greater, false) => new([[b - a]]),
        (ScalarOp.Greater, true) or (ScalarOp.LessOrEqual, false) => new([[a - b - 1]]),
        (ScalarOp.GreaterOrEqual, true) or (ScalarOp.Less, false) => new([[a - b]]),
        (ScalarOp.Equal, true) or (ScalarOp.NotEqual, false) => new([[a - b, b - a]]),
        (ScalarOp.NotEqual, true) or (ScalarOp.Equal, false) => new([[a - b - 1], [b - a - 1]]),
        _ => None,
    };
}
