using System.Numerics;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Interpretation;

/// <summary>The running value of a reduction.</summary>
internal sealed class ReductionFold(ReduceKind kind)
{
    private readonly List<double> exponents = [];
    private Complex value = kind switch
    {
        ReduceKind.Sum => 0,
        ReduceKind.Prod => 1,
        ReduceKind.Max or ReduceKind.ArgMax => double.NegativeInfinity,
        _ => double.PositiveInfinity,
    };
    private long chosen = -1;

    /// <summary>The result, or null for an argmax or argmin of nothing.</summary>
    public Complex? Value => kind switch
    {
        ReduceKind.ArgMax or ReduceKind.ArgMin => chosen < 0 ? null : chosen,
        ReduceKind.LogSumExp => LogSumExp(),
        _ => value,
    };

    public void Take(long position, Complex next)
    {
        switch (kind)
        {
            case ReduceKind.Sum:
                value += next;
                break;
            case ReduceKind.Prod:
                value *= next;
                break;
            case ReduceKind.Max:
                value = RealFunctions.Max(value.Real, next.Real);
                break;
            case ReduceKind.Min:
                value = RealFunctions.Min(value.Real, next.Real);
                break;
            case ReduceKind.LogSumExp:
                exponents.Add(next.Real);
                break;
            default:
                bool better = kind == ReduceKind.ArgMax ? next.Real > value.Real : next.Real < value.Real;
                if (chosen < 0 || better || (double.IsNaN(next.Real) && !double.IsNaN(value.Real))) (value, chosen) = (next, position);
                break;
        }
    }

    private Complex LogSumExp()
    {
        double max = exponents.Count == 0 ? double.NegativeInfinity : exponents.Aggregate(RealFunctions.Max);
        return double.IsInfinity(max) || double.IsNaN(max) ? max : max + Math.Log(exponents.Sum(x => Math.Exp(x - max)));
    }
}
