using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering;

/// <summary>
/// A product of matrices summed over the steps of sequences, for each group of sequences: P[g, i, j] = Σ_b∈g Σ_t A[b, t, i]·B[b, t, j].
/// </summary>
/// <param name="Equation">As if each group were one sequence, which has the group's number.</param>
/// <param name="Group">The index of groups in it.</param>
/// <param name="Length">Sequences of a group.</param>
internal sealed record PartialProduct(Equation Equation, IndexVar Group, Dim Length) : Node
{
    /// <param name="outer">Steps of the loops over copies around.</param>
    public PartialProductStep Step(ImmutableArray<IndexVar> outer)
    {
        var inner = (Equation)OuterSteps.Without(Equation, outer);
        (ProductAxes axes, MatrixView target, ImmutableArray<(double Factor, MatrixView Left, MatrixView Right)> terms) = ProductLowering.Find(inner)!.Value;
        return new PartialProductStep(
            Length,
            axes.Rows.Size,
            axes.Columns.Size,
            axes.Depth.Size,
            [.. terms.Select(t => (t.Factor, Of(t.Left, axes.Depth.Last), Of(t.Right, axes.Depth.Last)))],
            Of(target, axes.Rows.Last),
            Equation.Comment);

        SequenceMatrix Of(MatrixView view, IndexVar row) =>
            new(view.Tensor, view.Start, [.. outer.Where(view.Has).Select(o => (o, view.Stride(o)))], view.Stride(Group), view.Stride(row));
    }
}

/// <summary>
/// Gradients of weights, which are products summed over all steps of all sequences, in parts: one for each of a few groups of sequences,
/// added at the end. A sequence's own part can then be computed while the sequence is at hand. How sequences are grouped follows from
/// their number alone.
/// </summary>
internal sealed class PartialProducts
{
    // Groups at most, and elements of the parts of one group, all together: 64 MB of float32 in all.
    private const long MostGroups = 16, MostElements = 1 << 20;

    // Sequences of a group, and how many groups there are.
    private static readonly DerivedSize Length = new(new DimSymbol("$group"), Dim.Max(1, Dim.Ceil(Dim.Of(DimSymbol.Batch), MostGroups)));
    private static readonly DerivedSize Groups = new(new DimSymbol("$groups"), Dim.Ceil(Dim.Of(DimSymbol.Batch), Dim.Of(Length.Symbol)));

    private readonly Dim length = Dim.Of(Length.Symbol);
    private readonly Dim groups = Dim.Of(Groups.Symbol);
    private readonly HashSet<Equation> chosen;

    private PartialProducts(GraphProgram program) => chosen = new HashSet<Equation>(Chosen(program.Body), ReferenceComparer.Instance);

    /// <summary>The program and the sizes that it needs.</summary>
    public static (GraphProgram Program, ImmutableArray<DerivedSize> Sizes) Run(GraphProgram program)
    {
        if (program.Dynamic.Length < 2) return (program, []);
        var pass = new PartialProducts(program);
        return pass.chosen.Count == 0 ? (program, []) : (program with { Body = pass.Run(program.Body, []) }, [Length, Groups]);
    }

    /// <summary>The smallest first, as long as there is memory.</summary>
    private static IEnumerable<Equation> Chosen(ImmutableArray<Node> body)
    {
        long sum = 0;
        foreach ((Equation equation, long elements) in Candidates(body, []).OrderBy(c => c.Elements))
        {
            sum += elements;
            if (sum > MostElements) yield break;
            yield return equation;
        }
    }

    private static IEnumerable<(Equation Equation, long Elements)> Candidates(ImmutableArray<Node> nodes, ImmutableArray<IndexVar> outer)
    {
        foreach (Node node in nodes)
        {
            if (node is Recurrence { Kind: RecurrenceKind.Copies } copies)
            {
                foreach ((Equation, long) inner in Candidates(copies.Members, outer.Add(copies.Step))) yield return inner;
            }
            else if (node is Equation equation && SequencesOf(equation) is { } sequences && IsOfSequences(equation, sequences)
                && Part(equation, sequences, sequences.Size, outer) is var part && ProductLowering.IsDeep((Equation)OuterSteps.Without(part, outer), sequences))
            {
                yield return (equation, equation.Axes.Aggregate(1L, (n, a) => a.Size.TryGetConstant(out long size) ? n * size : MostElements));
            }
        }
    }

    private ImmutableArray<Node> Run(ImmutableArray<Node> nodes, ImmutableArray<IndexVar> outer) => [.. nodes.SelectMany(n => n switch
    {
        Recurrence { Kind: RecurrenceKind.Copies } copies => [copies with { Members = Run(copies.Members, outer.Add(copies.Step)) }],
        Equation equation when chosen.Contains(equation) => Split(equation, outer),
        _ => new[] { n },
    })];

    private IEnumerable<Node> Split(Equation equation, ImmutableArray<IndexVar> outer)
    {
        IndexVar sequences = SequencesOf(equation)!, group = new("group", groups);
        Equation part = Part(equation, sequences, groups, outer);
        yield return new PartialProduct(part, part.Axes.First(a => a.Size.Equals(groups)), length);
        yield return equation with
        {
            Reduction = equation.Reduction! with { Axes = [group] },
            Body = Scalars.Read(part.Target, [.. Around(equation, outer).Append(group).Concat(equation.Axes.Where(a => !outer.Contains(a))).Select(Index.Of)]),
            Comment = null,
        };
    }

    /// <summary>The sum for one of so many numbers in place of the index of sequences.</summary>
    private static Equation Part(Equation equation, IndexVar sequences, Dim count, ImmutableArray<IndexVar> outer)
    {
        // Other equations bind other variables, but for the counters of copies.
        IndexVar part = new("group", count);
        Dictionary<IndexVar, IndexVar> names = equation.Axes.Where(a => !outer.Contains(a)).ToDictionary(a => a, a => new IndexVar(a.Name, a.Size));
        ImmutableArray<IndexVar> axes = [.. Around(equation, outer), part, .. equation.Axes.Where(a => !outer.Contains(a)).Select(a => names[a])];
        var tensor = new Tensor($"{equation.Target.Name}.part", equation.Body.Type, [.. axes.Select(a => new TensorAxis(a.Size))], equation.Origin);
        var substitution = Substitution.Renaming(names.Select(n => (n.Key, n.Value)).Append((sequences, part)));
        return new Equation(
            tensor, axes, [.. axes.Select(Index.Of)], equation.Reduction! with { Axes = equation.Reduction.Axes.Remove(sequences) },
            substitution.Apply(equation.Body), Comment: equation.Comment, Origin: equation.Origin);
    }

    private static IEnumerable<IndexVar> Around(Equation equation, ImmutableArray<IndexVar> outer) => equation.Axes.Where(outer.Contains);

    /// <summary>The index of sequences that an equation sums over, beside others; null if it has none.</summary>
    private static IndexVar? SequencesOf(Equation equation) =>
        equation is { Accumulate: false, Guard: null, Reduction: { Kind: ReduceKind.Sum, Condition: null, Axes: { Length: > 1 } reduced } }
        && reduced.Where(a => a.Size.Equals(Dim.Of(DimSymbol.Batch))).ToArray() is [var sequences] && ProductLowering.IsProduct(equation)
            ? sequences
            : null;

    private static bool IsOfSequences(Equation equation, IndexVar sequences) => NodeParts.Loads(equation).All(l => SequenceScope.IsOwn(l.Tensor, l.Indices, sequences));
}
