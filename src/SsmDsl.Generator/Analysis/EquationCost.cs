using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Analysis;

/// <summary>What equations over the same indices compute: of an expression that stands in several of them, the first has the cost.</summary>
internal sealed class EquationCost
{
    private readonly ImmutableArray<IndexVar> axes, reduced;
    private readonly ImmutableArray<IndexVar> indices;
    private readonly double[] extents;

    /// <summary>The indices on which an expression depends, as bits.</summary>
    private readonly Dictionary<object, ulong> met = new(ReferenceComparer.Instance);

    public EquationCost(Equation equation, Func<DimSymbol, long> sizes)
    {
        (axes, reduced) = (equation.Axes, ReducedBy(equation));
        indices = axes.AddRange(reduced);
        extents = [.. indices.Select(i => (double)i.Size.Evaluate(sizes))];
    }

    public bool IsAlsoOf(Equation equation) => equation.Axes.SequenceEqual(axes, Same) && ReducedBy(equation).SequenceEqual(reduced, Same);

    public ProgramCost Of(Equation equation)
    {
        var total = default(ProgramCost);
        foreach (Scalar scalar in equation.Scalars()) Visit(scalar, ref total);
        double places = Places(axes.Length), times = Places(indices.Length);
        if (equation.Reduction is not null || equation.Accumulate) total += new ProgramCost(times, 0);
        return equation.Reduction?.Kind == ReduceKind.LogSumExp ? total + new ProgramCost(0, times + places) : total;
    }

    private static IEqualityComparer<IndexVar> Same => ReferenceComparer.Instance;

    private static ImmutableArray<IndexVar> ReducedBy(Equation equation) => equation.Reduction?.Axes ?? [];

    private double Places(int first) => extents.Take(first).Aggregate(1.0, (product, extent) => product * extent);

    /// <remarks>First arguments are gone through by a loop: chains of operators may be long.</remarks>
    private ulong Visit(Scalar scalar, ref ProgramCost total)
    {
        Stack<ApplyScalar> chain = scalar.LeftChain();
        Scalar first = chain.Count == 0 ? scalar : chain.Peek().Arguments[0];
        ulong depends = Visit(first, first.Parts(), Own(first), ref total);
        while (chain.Count > 0)
        {
            ApplyScalar next = chain.Pop();
            depends = Visit(next, next.Arguments.Skip(1), depends, ref total);
        }

        return depends;
    }

    private ulong Visit(Scalar scalar, IEnumerable<Scalar> parts, ulong depends, ref ProgramCost total)
    {
        if (met.TryGetValue(scalar, out ulong known)) return known;
        foreach (Scalar part in parts) depends |= Visit(part, ref total);
        met[scalar] = depends;
        total += extents.Where((_, i) => (depends >> i & 1) != 0).Aggregate(1.0, (product, extent) => product * extent) * ProgramCost.Of(scalar);
        return depends;
    }

    /// <summary>Of positions that stand in the expression itself.</summary>
    private ulong Own(Scalar scalar)
    {
        if (scalar is ApplyScalar or SelectScalar) return 0;
        ulong depends = 0;
        foreach (IndexVar variable in scalar.Variables().Where(v => indices.Contains(v, Same))) depends |= 1UL << indices.IndexOf(variable, 0, indices.Length, Same);
        return depends;
    }
}
