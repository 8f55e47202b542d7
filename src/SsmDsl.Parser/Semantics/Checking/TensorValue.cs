using System.Collections.Immutable;
using SsmDsl.Text;

namespace SsmDsl.Semantics.Checking;

/// <summary>
/// An expression that was bound: a tensor over implicit axes (none in an equation whose indices are all written out). What is
/// not known, since it follows from an error or from names whose sizes are still being looked for, is null.
/// </summary>
/// <param name="Shape">Sizes of the implicit axes; default if unknown.</param>
/// <param name="At">The element at indices of the implicit axes around it; a scalar may be asked for at any. Only once types are known.</param>
/// <param name="Whole">The tensor, if the value is one as it is.</param>
internal sealed record TensorValue(
    ElementType? Element,
    ImmutableArray<Dim> Shape,
    Func<ImmutableArray<IndexSymbol>, CheckedExpression>? At,
    SourceSpan Span,
    Local? Whole = null)
{
    public bool IsUnknown => Element is null || Shape.IsDefault;

    public bool IsScalar => !Shape.IsDefault && Shape.IsEmpty;

    public static TensorValue Unknown(SourceSpan span) => new(null, default, null, span);

    public static TensorValue Scalar(CheckedExpression value) => new(value.Type, [], _ => value, value.Span);

    public static TensorValue Constant(double value, ElementType type, SourceSpan span) =>
        Scalar(new ConstantExpression(value, 0, type, span));

    /// <summary>The scalar's expression; only if it is a known scalar.</summary>
    public CheckedExpression Value => At!([]);

    /// <summary>Its elements as values of a type to which they convert.</summary>
    public TensorValue As(ElementType type) =>
        Element == type ? this : this with { Element = type, At = At is null ? null : i => Elements.Convert(At(i), type), Whole = null };
}
