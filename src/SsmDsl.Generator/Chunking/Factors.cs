using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Chunking;

/// <summary>Products as lists of their factors.</summary>
internal static class Factors
{
    public static ImmutableArray<Scalar> Of(Scalar product) => product switch
    {
        ApplyScalar { Op: ScalarOp.Multiply } p => [.. Of(p.Arguments[0]), .. Of(p.Arguments[1])],
        ApplyScalar { Op: ScalarOp.Negate } p => [new ConstantScalar(-1, 0, p.Type), .. Of(p.Arguments[0])],
        ApplyScalar { Op: ScalarOp.Divide } p => [.. Of(p.Arguments[0]), Scalars.Divide(Scalars.One(p.Type), p.Arguments[1])],
        _ => [product],
    };

    public static Scalar Product(IEnumerable<Scalar> factors) => factors.Aggregate(Scalars.Real(1), Scalars.Multiply);

    public static bool Uses(this Scalar factor, IEnumerable<IndexVar> variables) => factor.Variables().Intersect(variables).Any();

    public static bool Uses(this IEnumerable<Scalar> factors, IEnumerable<IndexVar> variables) => factors.Any(f => f.Uses(variables));
}
