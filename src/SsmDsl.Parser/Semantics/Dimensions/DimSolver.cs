using System.Collections.Immutable;

namespace SsmDsl.Semantics;

public enum DimMismatchKind
{
    /// <summary>The sizes are not the same expression.</summary>
    Differs,

    /// <summary>The axis determines a dimension that would not be whole.</summary>
    Remainder,

    /// <summary>The axis determines a dimension that would be below 0.</summary>
    Negative,
}

/// <summary>An axis whose actual size is not the expected one.</summary>
/// <param name="Axis">Its number in the list given to <see cref="DimSolver.Solve"/>.</param>
/// <param name="Expected">What is expected, over the caller's symbols; for the other kinds, what the axis would give (5/2).</param>
/// <param name="Symbol">The dimension that the axis would determine; null for <see cref="DimMismatchKind.Differs"/>.</param>
public sealed record DimMismatch(int Axis, DimMismatchKind Kind, Dim Expected, Dim Actual, DimSymbol? Symbol = null);

/// <param name="Values">The known dimensions and all that were found, over the caller's symbols.</param>
/// <param name="DeterminedBy">For each dimension that an axis determined, the number of that axis.</param>
/// <param name="Mismatches">Axes that contradict <paramref name="Values"/>, in order. A caller that knows numbers may forgive
/// some (sizes that agree by value alone).</param>
/// <param name="Unsolved">Dimensions that nothing determines, in the order in which they were asked for.</param>
public sealed record DimSolution(
    ImmutableDictionary<DimSymbol, Dim> Values,
    ImmutableDictionary<DimSymbol, int> DeterminedBy,
    ImmutableArray<DimMismatch> Mismatches,
    ImmutableArray<DimSymbol> Unsolved);

/// <summary>Infers the dimensions of a layer from the shapes of the arguments of a call.</summary>
public static class DimSolver
{
    /// <summary>
    /// Takes the axes in order, again and again: an axis that is linear in exactly one unknown dimension determines it
    /// (<c>2*D</c>, <c>D + 1</c>, <c>H*K</c> with H known); others wait. Where nothing is determined any more, the first
    /// default whose own dimensions are known is used. At the end every axis without unknowns is compared.
    /// Symbols of caller and callee may have the same names: they are kept apart.
    /// </summary>
    /// <param name="axes">Expected sizes over the callee's symbols, actual ones over the caller's.</param>
    /// <param name="known">Dimensions of the callee that are given, over the caller's symbols.</param>
    /// <param name="unknowns">The callee's other dimensions. What neither list has is left unsolved too.</param>
    /// <param name="defaults">Defaults of unknown dimensions, over the callee's symbols.</param>
    public static DimSolution Solve(
        IReadOnlyList<(Dim Expected, Dim Actual)> axes,
        IReadOnlyDictionary<DimSymbol, Dim> known,
        IEnumerable<DimSymbol> unknowns,
        IReadOnlyDictionary<DimSymbol, Dim>? defaults = null)
    {
        var asked = unknowns.Concat(axes.SelectMany(a => a.Expected.Symbols.OrderBy(s => s.Name, StringComparer.Ordinal)))
            .Distinct().Where(s => !known.ContainsKey(s)).ToImmutableArray();
        var state = new State(axes, known.ToImmutableDictionary(), asked);
        do state.SolveAxes();
        while (state.UseDefault(defaults));
        return new DimSolution(state.Values, state.DeterminedBy, state.Mismatches(), [.. asked.Where(s => !state.Values.ContainsKey(s))]);
    }

    private sealed class State(
        IReadOnlyList<(Dim Expected, Dim Actual)> axes,
        ImmutableDictionary<DimSymbol, Dim> known,
        ImmutableArray<DimSymbol> asked)
    {
        // names that no program can write stand for unknowns among the caller's symbols
        private ImmutableDictionary<DimSymbol, Dim> placeholders =>
            asked.ToImmutableDictionary(s => s, s => Dim.Of(new DimSymbol("?" + s.Name)));

        private readonly SortedDictionary<int, DimMismatch> wrong = [];

        public ImmutableDictionary<DimSymbol, Dim> Values { get; private set; } = known;
        public ImmutableDictionary<DimSymbol, int> DeterminedBy { get; private set; } = ImmutableDictionary<DimSymbol, int>.Empty;

        public void SolveAxes()
        {
            while (Enumerable.Range(0, axes.Count).Any(Determines)) { }
        }

        /// <summary>Uses the first default that can be computed; false if there is none.</summary>
        public bool UseDefault(IReadOnlyDictionary<DimSymbol, Dim>? defaults)
        {
            foreach (DimSymbol symbol in asked)
            {
                if (defaults is null || Values.ContainsKey(symbol)) continue;
                if (!defaults.TryGetValue(symbol, out Dim? value) || !value.Symbols.All(Values.ContainsKey)) continue;
                Values = Values.Add(symbol, value.Substitute(Values));
                return true;
            }
            return false;
        }

        public ImmutableArray<DimMismatch> Mismatches()
        {
            for (int i = 0; i < axes.Count; i++)
            {
                if (wrong.ContainsKey(i) || !axes[i].Expected.Symbols.All(Values.ContainsKey)) continue;
                Dim expected = axes[i].Expected.Substitute(Values);
                if (!expected.Equals(axes[i].Actual)) wrong.Add(i, new(i, DimMismatchKind.Differs, expected, axes[i].Actual));
            }
            return [.. wrong.Values];
        }

        private bool Determines(int axis)
        {
            var missing = axes[axis].Expected.Symbols.Where(s => !Values.ContainsKey(s)).ToList();
            if (missing.Count != 1 || wrong.ContainsKey(axis)) return false;
            Dim? value = axes[axis].Actual;
            if (!axes[axis].Expected.IsSymbol)
            {
                Dim expected = axes[axis].Expected.Substitute(placeholders.SetItems(Values));
                value = SolveLinear(expected, placeholders[missing[0]].Symbols.Single(), axes[axis].Actual);
            }
            if (value is null) return false;

            Values = Values.Add(missing[0], value);
            DeterminedBy = DeterminedBy.Add(missing[0], axis);
            if (value.IsFraction) wrong.Add(axis, new(axis, DimMismatchKind.Remainder, value, axes[axis].Actual, missing[0]));
            else if (value.TryGetConstant(out long number) && number < 0)
                wrong.Add(axis, new(axis, DimMismatchKind.Negative, value, axes[axis].Actual, missing[0]));
            return true;
        }
    }

    /// <summary>The value of <paramref name="unknown"/> for which <paramref name="form"/> is <paramref name="actual"/>,
    /// or null if the form is not linear in it.</summary>
    internal static Dim? SolveLinear(Dim form, DimSymbol unknown, Dim actual)
    {
        Dim at(long value) => form.Substitute(new Dictionary<DimSymbol, Dim> { [unknown] = value });
        Dim offset = at(0);
        Dim slope = at(1) - offset;
        if (slope.IsUndefined || slope.Equals(0) || !form.Equals(offset + (slope * Dim.Of(unknown)))) return null;
        return (actual - offset) / slope;
    }
}
