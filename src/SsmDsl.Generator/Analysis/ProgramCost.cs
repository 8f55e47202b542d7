using SsmDsl.Ir;
using SsmDsl.Passes;
using SsmDsl.Semantics;

namespace SsmDsl.Analysis;

/// <summary>What a program computes, counted from its equations.</summary>
/// <param name="Flops">Additions, multiplications, divisions and comparisons of reals.</param>
/// <param name="Functions">Calls of exp, log, tanh and the like, and random draws.</param>
public readonly record struct ProgramCost(double Flops, double Functions)
{
    /// <remarks>
    /// Complex numbers are counted by their parts, as they are computed: without what an imaginary part of 0 takes away, and without parts
    /// that nothing reads. A value is counted once for each place of the indices that it depends on. A logsumexp takes an exp of each
    /// element and one log.
    /// </remarks>
    /// <param name="sizes">Of the dynamic dimensions, the batch included. Conditions are taken to hold everywhere.</param>
    public static ProgramCost Of(GraphProgram program, Func<DimSymbol, long> sizes)
    {
        var total = default(ProgramCost);
        EquationCost? last = null;
        foreach (Equation equation in DeadCode.Run(ComplexExpansion.Run(program)).Body.Equations())
        {
            // Both parts of a complex number share what they have in common.
            if (last is null || !last.IsAlsoOf(equation)) last = new EquationCost(equation, sizes);
            total += last.Of(equation);
        }

        return total;
    }

    public static ProgramCost operator +(ProgramCost a, ProgramCost b) => new(a.Flops + b.Flops, a.Functions + b.Functions);

    public static ProgramCost operator *(double times, ProgramCost once) => new(times * once.Flops, times * once.Functions);

    /// <summary>One evaluation of an operation on reals, without its arguments.</summary>
    internal static ProgramCost Of(Scalar scalar) => scalar switch
    {
        DrawScalar => new(0, 1),
        SelectScalar => new(1, 0),
        ApplyScalar { Type: ElementType.Int } or ApplyScalar { Op: ScalarOp.And or ScalarOp.Or or ScalarOp.Not or ScalarOp.ToReal } => default,
        ApplyScalar a => ScalarOps.Row(a.Op).Cost >= Function ? new(0, 1) : new(1, 0),
        _ => default,
    };

    /// <summary>What costs as much is more than a division.</summary>
    private const int Function = 6;
}
