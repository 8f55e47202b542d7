using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Chunking;

/// <summary>A read Y[t, p] = scale · Σ_n C[t, n]·S[t, p, n] of the states S of a recurrence.</summary>
/// <param name="Equation">The equation of Y.</param>
/// <param name="Names">From the variables of the recurrence's equation to those of this one.</param>
/// <param name="Rows">n, over the variables of the recurrence's equation.</param>
/// <param name="Factors">Factors of C, over the variables of the recurrence's equation.</param>
/// <param name="Scale">The other factors, over its own variables.</param>
internal sealed record Contraction(
    Equation Equation, ImmutableDictionary<IndexVar, IndexVar> Names, ImmutableArray<IndexVar> Rows, ImmutableArray<Scalar> Factors, Scalar Scale)
{
    /// <summary>Null if the equation reads the states in another way.</summary>
    public static Contraction? Of(Equation equation, Equation update)
    {
        if (equation is not { Guard: null, Accumulate: false, Reduction: { Kind: ReduceKind.Sum, Condition: null } sum }) return null;
        ILookup<bool, Scalar> parts = Chunking.Factors.Of(equation.Body).ToLookup(f => f is LoadScalar load && load.Tensor == update.Target);
        if (parts[true].Count() != 1 || parts[false].SelectMany(ScalarWalk.Loads).Any(l => l.Tensor == update.Target)) return null;
        var load = (LoadScalar)parts[true].Single();
        var own = ImmutableDictionary.CreateBuilder<IndexVar, IndexVar>();
        for (int axis = 0; axis < load.Indices.Length; axis++)
        {
            IndexVar of = update.Left[axis].AsVariable()!;
            if (load.Indices[axis].AsVariable() is not { } variable || !variable.Size.Equals(of.Size) || own.Values.Contains(variable)) return null;
            own[of] = variable;
        }

        if (!own.Values.ToImmutableHashSet().SetEquals(equation.Axes.Concat(sum.Axes))) return null;
        Substitution moved = Substitution.Renaming(own.Select(n => (n.Value, n.Key)));
        ILookup<bool, Scalar> factors = parts[false].ToLookup(f => f.Uses(sum.Axes));
        return new Contraction(
            equation,
            own.ToImmutable(),
            [.. update.Axes.Where(a => sum.Axes.Contains(own[a]))],
            [.. factors[true].Select(moved.Apply)],
            Chunking.Factors.Product(factors[false]));
    }
}

/// <summary>How a program reads the states of a recurrence.</summary>
internal static class StateReads
{
    /// <summary>
    /// The contractions; null if there are none, if they are not among the nodes of the recurrence, or if states are read in any
    /// other way than by them, by the recurrence itself, and after the last step.
    /// </summary>
    public static ImmutableArray<Contraction>? Contractions(Equation update, int step, ImmutableArray<Node> level, GraphProgram program)
    {
        if (program.Inputs.Concat(program.Outputs).Any(p => p.Tensor == update.Target)) return null;
        var found = ImmutableArray.CreateBuilder<Contraction>();
        foreach (Equation equation in program.Body.Equations().Where(e => e != update))
        {
            if (equation.Target == update.Target && !IsStart(equation.Left[step])) return null;
            LoadScalar[] loads = [.. equation.Loads().Where(l => l.Tensor == update.Target)];
            if (loads.Length == 0 || loads.All(l => IsLast(l.Indices[step], update.Target.Axes[step]))) continue;
            if (!level.Contains(equation) || Contraction.Of(equation, update) is not { } contraction) return null;
            found.Add(contraction);
        }

        return found.Count == 0 ? null : found.ToImmutable();
    }

    /// <summary>Whether an equation gives the states before the first step; where none does, they are 0.</summary>
    public static bool HasStart(Equation update, GraphProgram program) => program.Body.Equations().Any(e => e != update && e.Target == update.Target);

    private static bool IsLast(Index position, TensorAxis axis) =>
        IndexBounds.Of(position) is var (low, high) && low.Equals(high) && low.Equals(axis.Size - 1);

    private static bool IsStart(Index position) =>
        IndexBounds.Of(position) is var (low, high) && low.Equals(high) && low.Equals((Dim)(-1));
}
