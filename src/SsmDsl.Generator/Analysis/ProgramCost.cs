using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Analysis;

/// <summary>What a program computes, counted from its equations.</summary>
/// <param name="Flops">Additions, multiplications, divisions and comparisons of reals; those of complex numbers by their real ones.</param>
/// <param name="Functions">Calls of exp, log, tanh and the like, and random draws.</param>
public readonly record struct ProgramCost(double Flops, double Functions)
{
    private static readonly HashSet<ScalarOp> Free = [ScalarOp.ToReal, ScalarOp.ToComplex, ScalarOp.Re, ScalarOp.Im, ScalarOp.Conj];

    /// <remarks>A logsumexp takes an exp of each element and one log.</remarks>
    /// <param name="sizes">Of the dynamic dimensions, the batch included. Conditions are taken to hold everywhere.</param>
    public static ProgramCost Of(GraphProgram program, Func<DimSymbol, long> sizes) =>
        program.Body.Equations().Select(e => Of(e, sizes)).Aggregate(default(ProgramCost), (a, b) => new ProgramCost(a.Flops + b.Flops, a.Functions + b.Functions));

    private static ProgramCost Of(Equation equation, Func<DimSymbol, long> sizes)
    {
        double places = Product(equation.Axes, sizes);
        double times = places * Product(equation.Reduction?.Axes ?? [], sizes);
        ProgramCost once = equation.Scalars().SelectMany(ScalarWalk.All).Select(Of).Aggregate(
            new ProgramCost(equation.Reduction is null && !equation.Accumulate ? 0 : Parts(equation.Body.Type), 0),
            (a, b) => new ProgramCost(a.Flops + b.Flops, a.Functions + b.Functions));
        double reducing = equation.Reduction?.Kind == ReduceKind.LogSumExp ? times + places : 0;
        return new ProgramCost(times * once.Flops, times * once.Functions + reducing);
    }

    private static ProgramCost Of(Scalar scalar) => scalar switch
    {
        DrawScalar => new(0, 1),
        SelectScalar => new(1, 0),
        ApplyScalar { Type: ElementType.Int } or ApplyScalar { Op: ScalarOp.And or ScalarOp.Or or ScalarOp.Not } => default,
        ApplyScalar a when Free.Contains(a.Op) => default,
        ApplyScalar a when IsFunction(a.Op) => new(0, a.Type == ElementType.Complex ? 3 : 1),
        ApplyScalar a => new(FlopsOf(a), 0),
        _ => default,
    };

    private static double FlopsOf(ApplyScalar apply)
    {
        bool isComplex = apply.Arguments.All(a => a.Type == ElementType.Complex);
        return apply.Op switch
        {
            ScalarOp.Multiply => isComplex ? 6 : 1,
            ScalarOp.Divide => isComplex ? 11 : 1,
            ScalarOp.PowerInteger => isComplex ? 6 : 1,
            ScalarOp.Abs => apply.Arguments[0].Type == ElementType.Complex ? 4 : 1,
            _ => isComplex ? 2 : 1,
        };
    }

    /// <summary>What costs more than a division.</summary>
    private static bool IsFunction(ScalarOp op) => ScalarOps.Row(op).Cost >= 6;

    private static double Parts(ElementType type) => type == ElementType.Complex ? 2 : 1;

    private static double Product(IEnumerable<IndexVar> axes, Func<DimSymbol, long> sizes) =>
        axes.Aggregate(1.0, (product, axis) => product * axis.Size.Evaluate(sizes));
}
