using System.Collections.Immutable;
using SsmDsl.Ir;

namespace SsmDsl.Analysis;

/// <summary>From how states are read to how a step mixes them.</summary>
internal static class StateMixings
{
    public static StateMixing Of(ImmutableArray<StatePlace> places, int states)
    {
        ImmutableArray<StatePlace> mixed = [.. places.Where(p => !p.IsAligned)];
        if (mixed.IsEmpty) return states > 1 && places.Any(p => p.Term.State.Tensor != p.Equation.Target) ? StateMixing.Block : StateMixing.Diagonal;
        if (mixed.Any(p => !p.IsSummed)) return StateMixing.Other;
        if (mixed.Any(p => p.HasMatrix)) return StateMixing.Dense;
        IEnumerable<string> columns = mixed.Select(p => string.Join(" ", p.Column.Select(Identity).OrderBy(i => i))).Distinct();
        return columns.Count() == 1 ? StateMixing.DiagonalPlusRankOne : StateMixing.DiagonalPlusLowRank;
    }

    /// <summary>Axes along which all coefficients are the same; those of copies are none of them.</summary>
    public static ImmutableArray<int> SharedAxes(ImmutableArray<StatePlace> places, ImmutableHashSet<IndexVar> copies) =>
        [.. places.Select(p => p.UnusedAxes(copies)).Aggregate((a, b) => a.Intersect(b)).OrderBy(a => a)];

    private static string Identity(Tensor tensor) => $"{tensor.Name}@{System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(tensor)}";
}
