using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Passes;

/// <summary>Folds constants and drops operations that change nothing.</summary>
public static class Simplify
{
    public static GraphProgram Run(GraphProgram program) => program with { Body = program.Body.MapEquations(Run) };

    public static Equation Run(Equation equation)
    {
        Equation simple = equation.MapParts(Rebuilt);
        return simple with
        {
            Guard = WithoutTrue(simple.Guard),
            Reduction = simple.Reduction is { } r ? r with { Condition = WithoutTrue(r.Condition) } : null,
        };
    }

    public static Scalar Run(Scalar expression) => expression.Map(Rebuilt);

    private static Scalar Rebuilt(Scalar scalar) => scalar switch
    {
        ApplyScalar a => ScalarBuilder.Apply(a.Op, a.Arguments, a.Type),
        SelectScalar s => ScalarBuilder.Select(s.Condition, s.Then, s.Else),
        IndexScalar i => ScalarBuilder.Position(i.Value),
        _ => scalar,
    };

    private static Scalar? WithoutTrue(Scalar? condition) =>
        condition is ConstantScalar { Type: ElementType.Bool, Real: not 0 } ? null : condition;
}
