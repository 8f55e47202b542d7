using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering.Fusion;

/// <summary>
/// The sums of <see cref="ColumnSums"/> where there are very many threads, in parts of some steps: R[d] = Σ_b Σ_t f(b, t, d) becomes
/// p[b, c, d] = Σ_j f(b, 32·c + j, d), as far as there are steps, and R[d] = Σ_b Σ_c p[b, c, d]. A thread has a part of a place, and
/// neighbours read beside each other. No recurrence carries the sums: it would have a thread for each place of a sequence only.
/// </summary>
internal static class ColumnParts
{
    private const int Length = 32;

    public static GraphProgram Run(GraphProgram program) => program with { Body = Run(program.Body, []) };

    /// <param name="outer">Steps of the loops over copies around.</param>
    private static ImmutableArray<Node> Run(ImmutableArray<Node> nodes, ImmutableArray<IndexVar> outer) => [.. nodes.SelectMany(n => n switch
    {
        Recurrence { Kind: RecurrenceKind.Copies } copies => [copies with { Members = Run(copies.Members, outer.Add(copies.Step)) }],
        Equation equation when ColumnSums.Of(equation, [.. equation.Axes.Where(a => !outer.Contains(a))]) is var (step, column) && column == equation.Axes[^1] => InParts(equation, step, outer),
        _ => [n],
    })];

    private static IEnumerable<Node> InParts(Equation equation, IndexVar step, ImmutableArray<IndexVar> outer)
    {
        Dim count = Dim.Ceil(step.Size, Length);
        ImmutableArray<IndexVar> around = [.. equation.Axes.Where(outer.Contains)], sequences = equation.Reduction!.Axes.Remove(step);
        ImmutableArray<IndexVar> moved = [.. sequences, .. equation.Axes.Where(a => !outer.Contains(a))];

        // Other equations bind other variables, but for the counters of copies.
        var names = moved.ToDictionary(a => a, a => new IndexVar(a.Name, a.Size));
        IndexVar part = new("part", count), within = new(step.Name, Length), other = new("part", count);
        Index position = Index.Of(part).Times(Length).Plus(Index.Of(within));
        var substitution = new Substitution(names.Select(n => (n.Key, Index.Of(n.Value))).Append((step, position)).ToDictionary(p => p.Item1, p => p.Item2));
        ImmutableArray<IndexVar> axes = [.. around, .. sequences.Select(a => names[a]), part, .. equation.Axes.Where(a => !outer.Contains(a)).Select(a => names[a])];
        var sums = new Tensor($"{equation.Target.Name}.part", equation.Body.Type, [.. axes.Select(a => new TensorAxis(a.Size))], equation.Origin);
        yield return new Equation(
            sums, axes, [.. axes.Select(Index.Of)],
            new Reduction(ReduceKind.Sum, [within], Scalars.Compare(ScalarOp.Less, Scalars.Of(position), Scalars.Of(Index.Of(step.Size)))),
            substitution.Apply(equation.Body), Comment: equation.Comment, Origin: equation.Origin);
        ImmutableArray<IndexVar> places = [.. around, .. sequences, other, .. equation.Axes.Where(a => !outer.Contains(a))];
        yield return equation with
        {
            Reduction = equation.Reduction with { Axes = [.. sequences, other] },
            Body = Scalars.Read(sums, [.. places.Select(Index.Of)]),
            Comment = null,
        };
    }
}
