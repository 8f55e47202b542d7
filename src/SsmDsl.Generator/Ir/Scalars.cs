using System.Collections.Immutable;
using SsmDsl.Semantics;

namespace SsmDsl.Ir;

/// <summary>
/// Building of scalar expressions with the simplifications that never change a value: constants are folded, neutral elements
/// dropped. 0·x is 0, which differs from IEEE arithmetic only where x is not finite; derivatives rely on it.
/// </summary>
public static class Scalars
{
    public static readonly Scalar True = new ConstantScalar(1, 0, ElementType.Bool);
    public static readonly Scalar False = new ConstantScalar(0, 0, ElementType.Bool);

    public static Scalar Real(double value) => new ConstantScalar(value, 0, ElementType.Real);

    public static Scalar Int(long value) => new ConstantScalar(value, 0, ElementType.Int);

    public static Scalar Zero(ElementType type) => new ConstantScalar(0, 0, type);

    public static Scalar One(ElementType type) => new ConstantScalar(1, 0, type);

    public static Scalar Of(Index index) => index.IsConstant(out long value) ? Int(value) : new IndexScalar(index);

    /// <summary>An element at a place that the tensor has.</summary>
    public static LoadScalar Read(Tensor tensor, ImmutableArray<Index> place) => new(tensor, place, [.. place.Select(_ => AxisAccess.InRange)]);

    public static bool IsConstant(this Scalar scalar, double value) => scalar is ConstantScalar { Imaginary: 0 } c && c.Real == value;

    public static Scalar Apply(ScalarOp op, ElementType type, params Scalar[] arguments)
    {
        Scalar? simple = op switch
        {
            ScalarOp.Add => Sum(arguments[0], arguments[1]),
            ScalarOp.Subtract => arguments[1].IsConstant(0) ? arguments[0] : arguments[0].IsConstant(0) ? Negate(arguments[1]) : null,
            ScalarOp.Multiply => Product(arguments[0], arguments[1]),
            ScalarOp.Divide => arguments[1].IsConstant(1) || arguments[0].IsConstant(0) ? arguments[0] : null,
            ScalarOp.Negate => arguments[0] is ApplyScalar { Op: ScalarOp.Negate } inner ? inner.Arguments[0] : null,
            ScalarOp.And => arguments[0].IsConstant(1) ? arguments[1] : arguments[1].IsConstant(1) ? arguments[0]
                : arguments.Any(a => a.IsConstant(0)) ? False : null,
            ScalarOp.Or => arguments[0].IsConstant(0) ? arguments[1] : arguments[1].IsConstant(0) ? arguments[0]
                : arguments.Any(a => a.IsConstant(1)) ? True : null,
            _ => null,
        };
        if (simple is not null) return simple;
        var made = new ApplyScalar(op, ImmutableArray.Create(arguments), type);
        return arguments.All(a => a is ConstantScalar) && ScalarOps.Fold(made) is { } folded ? folded : made;
    }

    public static Scalar Add(Scalar a, Scalar b) => Apply(ScalarOp.Add, a.Type, a, b);

    public static Scalar Subtract(Scalar a, Scalar b) => Apply(ScalarOp.Subtract, a.Type, a, b);

    public static Scalar Multiply(Scalar a, Scalar b) => Apply(ScalarOp.Multiply, a.Type, a, b);

    public static Scalar Divide(Scalar a, Scalar b) => Apply(ScalarOp.Divide, a.Type, a, b);

    public static Scalar Negate(Scalar a) => Apply(ScalarOp.Negate, a.Type, a);

    public static Scalar Compare(ScalarOp op, Scalar a, Scalar b) => Apply(op, ElementType.Bool, a, b);

    public static Scalar And(Scalar? a, Scalar? b) =>
        a is null ? b ?? True : b is null ? a : Apply(ScalarOp.And, ElementType.Bool, a, b);

    public static Scalar Select(Scalar condition, Scalar then, Scalar otherwise) =>
        condition.IsConstant(1) ? then
        : condition.IsConstant(0) ? otherwise
        : then is ConstantScalar && Structure.AreEqual(then, otherwise) ? then
        : new SelectScalar(condition, then, otherwise);

    private static Scalar? Sum(Scalar a, Scalar b) => a.IsConstant(0) ? b : b.IsConstant(0) ? a : null;

    private static Scalar? Product(Scalar a, Scalar b) =>
        a.IsConstant(0) || b.IsConstant(1) ? a
        : b.IsConstant(0) || a.IsConstant(1) ? b
        : a.IsConstant(-1) ? Negate(b)
        : b.IsConstant(-1) ? Negate(a)
        : null;
}
