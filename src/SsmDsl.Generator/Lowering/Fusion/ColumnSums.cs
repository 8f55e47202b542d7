using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering.Fusion;

/// <summary>
/// Sums over sequences and their steps, one for each place of a static axis, as gradients of biases are: R[d] = Σ_b Σ_t f(b, t, d)
/// becomes s[b, t, d] = s[b, t-1, d] + f(b, t, d), p[b, d] = s[b, T-1, d], R[d] = Σ_b p[b, d]. Memory is then read in its order,
/// and every sequence is left to itself.
/// </summary>
internal static class ColumnSums
{
    // Fewer places beside each other leave lanes empty; more in all do not stay near.
    private const long LeastPlaces = 16, MostPlaces = 1 << 12;

    public static GraphProgram Run(GraphProgram program) => program with { Body = Run(program.Body, []) };

    /// <param name="outer">Steps of the loops over copies around.</param>
    private static ImmutableArray<Node> Run(ImmutableArray<Node> nodes, ImmutableArray<IndexVar> outer) => [.. nodes.SelectMany(n => n switch
    {
        Recurrence { Kind: RecurrenceKind.Copies } copies => [copies with { Members = Run(copies.Members, outer.Add(copies.Step)) }],
        Equation equation when Of(equation, [.. equation.Axes.Where(a => !outer.Contains(a))]) is var (step, column) => Running(equation, step, column, outer),
        _ => [n],
    })];

    /// <summary>
    /// The index of steps that such an equation sums over, and that of places which lie beside each other in what it reads; null if
    /// it is none.
    /// </summary>
    /// <param name="places">The indices of its results.</param>
    public static (IndexVar Step, IndexVar Column)? Of(Equation equation, ImmutableArray<IndexVar> places)
    {
        if (equation is not { Accumulate: false, Guard: null, Reduction: { Kind: ReduceKind.Sum, Condition: null, Axes: { Length: 1 or 2 } reduced } }) return null;
        if (reduced.Any(r => r.Size.IsConstant) || reduced[^1].Size.Equals(Dim.Of(DimSymbol.Batch)) || equation.Body.Type != ElementType.Real || ProductLowering.IsProduct(equation)) return null;
        IndexVar[] columns = [.. places.Reverse().Where(p => equation.Body.Variables().Contains(p) && NodeParts.Loads(equation).All(l => IsColumn(p, l)))];
        bool isSmall = places.Aggregate((Dim)1, (n, a) => n * a.Size).TryGetConstant(out long all) && (all <= MostPlaces || columns.FirstOrDefault() == places[^1]);
        return isSmall && columns.Length > 0 && columns[0].Size.TryGetConstant(out long count) && count >= LeastPlaces ? (reduced[^1], columns[0]) : null;
    }

    /// <summary>What lies beside each other in memory, where it is read at all.</summary>
    private static bool IsColumn(IndexVar place, LoadScalar load) =>
        load.Indices.All(i => !i.HasLookup()) && load.Indices.Take(load.Indices.Length - 1).All(i => !i.Variables().Contains(place));

    private static IEnumerable<Node> Running(Equation equation, IndexVar step, IndexVar column, ImmutableArray<IndexVar> outer)
    {
        // What each copy has for itself has an axis for copies, as everything in such loops.
        ImmutableArray<IndexVar> around = [.. equation.Axes.Where(outer.Contains)], places = [.. equation.Axes.Where(a => !outer.Contains(a) && a != column), column];
        ImmutableArray<IndexVar> sequences = equation.Reduction!.Axes.Remove(step);
        ImmutableArray<IndexVar> axes = [.. around, .. sequences, step, .. places];
        Tensor total = Over($"{equation.Target.Name}.sum", equation, [.. axes.Select(a => new TensorAxis(a.Size, a == step ? 1 : 0))]);
        ImmutableArray<Index> here = [.. axes.Select(Index.Of)];
        Scalar before = Scalars.Read(total, here.SetItem(axes.IndexOf(step), Index.Of(step).Plus(-1)));
        yield return new Recurrence(step, false, RecurrenceKind.Sequence,
        [
            new Equation(total, axes, here, null, Scalars.Add(before, equation.Body), Comment: equation.Comment, Origin: equation.Origin),
        ]);

        // Other equations bind other variables, but for the counters of copies.
        var names = sequences.Concat(places).ToDictionary(a => a, a => new IndexVar(a.Name, a.Size));
        ImmutableArray<IndexVar> ends = [.. around, .. sequences.Concat(places).Select(a => names[a])];
        Scalar end = Scalars.Read(total, [.. axes.Select(a => a == step ? Index.Of(step.Size - 1) : Index.Of(names.TryGetValue(a, out IndexVar other) ? other : a))]);
        if (sequences.IsEmpty)
        {
            ImmutableArray<Index> left = Substitution.Renaming(names.Select(n => (n.Key, n.Value))).Apply(equation.Left);
            yield return new Equation(equation.Target, ends, left, null, end, Origin: equation.Origin);
            yield break;
        }

        Tensor part = Over($"{equation.Target.Name}.part", equation, [.. ends.Select(a => new TensorAxis(a.Size))]);
        yield return new Equation(part, ends, [.. ends.Select(Index.Of)], null, end, Origin: equation.Origin);
        yield return equation with
        {
            Reduction = equation.Reduction with { Axes = sequences },
            Body = Scalars.Read(part, [.. around.Concat(sequences).Concat(places).Select(Index.Of)]),
        };
    }

    private static Tensor Over(string name, Equation equation, ImmutableArray<TensorAxis> axes) => new(name, equation.Body.Type, axes, equation.Origin);
}
