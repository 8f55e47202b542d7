using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Passes;

/// <summary>
/// Makes expressions in their simplest form. Every rewrite is exact for all values (NaN and infinities included) and in
/// derivatives; nothing that could fail at run time is dropped unless it is not evaluated.
/// </summary>
internal static class ScalarBuilder
{
    public static readonly ConstantScalar True = new(1, 0, ElementType.Bool);
    public static readonly ConstantScalar False = new(0, 0, ElementType.Bool);

    public static ConstantScalar Int(long value) => new(value, 0, ElementType.Int);

    public static ConstantScalar Real(double value) => new(value, 0, ElementType.Real);

    public static ConstantScalar Zero(ElementType type) => new(0, 0, type);

    public static Scalar Position(Index index) => index.IsConstant(out long value) ? Int(value) : new IndexScalar(index);

    public static Scalar Apply(ScalarOp op, ElementType type, params Scalar[] arguments) => Apply(op, [.. arguments], type);

    public static Scalar Apply(ScalarOp op, ImmutableArray<Scalar> arguments, ElementType type) =>
        (arguments.All(a => a is ConstantScalar) ? ScalarOps.Fold(new ApplyScalar(op, arguments, type)) : null)
        ?? (type == ElementType.Int ? Affine(op, arguments) : null)
        ?? (type == ElementType.Bool && arguments.Length == 2 ? Compared(op, arguments[0], arguments[1]) : null)
        ?? (arguments.Length == 2 ? Neutral(op, arguments[0], arguments[1]) ?? Relative(op, arguments, type) : null)
        ?? new ApplyScalar(op, arguments, type);

    public static Scalar Select(Scalar condition, Scalar then, Scalar otherwise) => condition switch
    {
        ConstantScalar c => c.Real != 0 ? then : otherwise,
        ApplyScalar { Op: ScalarOp.Not } not => Select(not.Arguments[0], otherwise, then),
        _ when then is ConstantScalar && Structure.AreEqual(then, otherwise) && !CanFail(condition) => then,
        _ => new SelectScalar(condition, then, otherwise),
    };

    /// <summary>Both hold; the second is evaluated only if the first does and evaluating it could fail.</summary>
    public static Scalar And(Scalar first, Scalar second) =>
        CanFail(second) ? Select(first, second, False) : Apply(ScalarOp.And, ElementType.Bool, first, second);

    public static Scalar? All(IEnumerable<Scalar> conditions)
    {
        Scalar? all = null;
        foreach (Scalar condition in conditions) all = all is null ? condition : And(all, condition);
        return all is ConstantScalar { Real: not 0 } ? null : all;
    }

    /// <summary>True if evaluating it can be a run-time error (or read outside of a tensor).</summary>
    public static bool CanFail(Scalar scalar) => scalar.Loads().Any(l => l.Access.Contains(AxisAccess.Checked));

    /// <summary>Sums of indices are one index.</summary>
    private static Scalar? Affine(ScalarOp op, ImmutableArray<Scalar> arguments)
    {
        if (AsIndex(arguments[0]) is not { } x) return null;
        if (op == ScalarOp.Negate) return Position(x.Times(-1));
        if (arguments.Length < 2 || AsIndex(arguments[1]) is not { } y) return null;
        return op switch
        {
            ScalarOp.Add => Position(x.Plus(y)),
            ScalarOp.Subtract => Position(x.Minus(y)),
            ScalarOp.Multiply when y.IsConstant(out long factor) => Position(x.Times(factor)),
            ScalarOp.Multiply when x.IsConstant(out long factor) => Position(y.Times(factor)),
            ScalarOp.Div when y.IsConstant(out long divisor) && divisor > 0 => Position(x.DividedBy(divisor)),
            ScalarOp.Mod when y.IsConstant(out long divisor) && divisor > 0 => Position(x.Modulo(divisor)),
            _ => null,
        };
    }

    /// <summary>The position that an int expression is, or null.</summary>
    public static Index? AsIndex(Scalar scalar) => scalar switch
    {
        IndexScalar i => i.Value,
        ConstantScalar c => Index.Of((long)c.Real),
        _ => null,
    };

    /// <summary>A comparison of positions that their ranges decide.</summary>
    private static Scalar? Compared(ScalarOp op, Scalar x, Scalar y)
    {
        if (AsIndex(x) is not { } a || AsIndex(y) is not { } b || IndexBounds.Of(a.Minus(b)) is not var (from, to)) return null;
        long? low = from.TryGetConstant(out long l) ? l : null, high = to.TryGetConstant(out long h) ? h : null;
        return op switch
        {
            ScalarOp.Less => Decide(high < 0, low >= 0),
            ScalarOp.LessOrEqual => Decide(high <= 0, low > 0),
            ScalarOp.Greater => Decide(low > 0, high <= 0),
            ScalarOp.GreaterOrEqual => Decide(low >= 0, high < 0),
            ScalarOp.Equal => Decide(low == 0 && high == 0, low > 0 || high < 0),
            ScalarOp.NotEqual => Decide(low > 0 || high < 0, low == 0 && high == 0),
            _ => null,
        };
    }

    private static Scalar? Decide(bool isTrue, bool isFalse) => isTrue ? True : isFalse ? False : null;

    private static Scalar? Neutral(ScalarOp op, Scalar x, Scalar y) => op switch
    {
        ScalarOp.Add => IsConstant(y, 0) ? x : IsConstant(x, 0) ? y : null,
        ScalarOp.Subtract => IsConstant(y, 0) ? x : null,
        ScalarOp.Multiply => IsConstant(y, 1) ? x : IsConstant(x, 1) ? y : null,
        ScalarOp.Divide => IsConstant(y, 1) ? x : null,
        ScalarOp.PowerInteger => IsConstant(y, 1) ? x : null,
        ScalarOp.And => IsConstant(x, 1) ? y : IsConstant(y, 1) ? x : IsConstant(x, 0) ? x : IsConstant(y, 0) && !CanFail(x) ? y : null,
        ScalarOp.Or => IsConstant(x, 0) ? y : IsConstant(y, 0) ? x : IsConstant(x, 1) ? x : IsConstant(y, 1) && !CanFail(x) ? y : null,
        _ => null,
    };

    private static bool IsConstant(Scalar scalar, double value) =>
        scalar is ConstantScalar c && c.Real == value && c.Imaginary == 0;

    /// <summary>Differences and comparisons of two absolute positions of a stream do not depend on where the chunk starts.</summary>
    private static Scalar? Relative(ScalarOp op, ImmutableArray<Scalar> arguments, ElementType type) =>
        op is ScalarOp.Subtract or ScalarOp.Equal or ScalarOp.NotEqual or ScalarOp.Less or ScalarOp.LessOrEqual or ScalarOp.Greater or ScalarOp.GreaterOrEqual
        && WithoutOffset(arguments[0]) is { } x && WithoutOffset(arguments[1]) is { } y
            ? Apply(op, [x, y], type)
            : null;

    /// <summary>The position from the start of the chunk, of one from the start of the stream and what is added to it or taken from it.</summary>
    private static Scalar? WithoutOffset(Scalar scalar) => scalar is not ApplyScalar { Op: ScalarOp.Add or ScalarOp.Subtract } sum ? null
        : sum.Op == ScalarOp.Add && sum.Arguments[0] is RunScalar { Value: RunValue.Offset } ? sum.Arguments[1]
        : sum.Op == ScalarOp.Add && sum.Arguments[1] is RunScalar { Value: RunValue.Offset } ? sum.Arguments[0]
        : sum.Arguments[1] is ConstantScalar or IndexScalar && WithoutOffset(sum.Arguments[0]) is { } left
            ? Apply(sum.Op, [left, sum.Arguments[1]], ElementType.Int)
        : sum.Op == ScalarOp.Add && sum.Arguments[0] is ConstantScalar or IndexScalar && WithoutOffset(sum.Arguments[1]) is { } right
            ? Apply(ScalarOp.Add, [sum.Arguments[0], right], ElementType.Int)
        : null;
}
