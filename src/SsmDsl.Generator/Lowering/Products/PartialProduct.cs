using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;

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
            else if (node is Equation equation && ProductLowering.IsProduct(equation) && SequenceSums.SequencesOf(equation) is { } sequences
                && SequenceSums.InParts(equation, sequences, sequences, outer).Part is var part && ProductLowering.IsDeep((Equation)OuterSteps.Without(part, outer), sequences))
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
        (Equation part, Equation total) = SequenceSums.InParts(equation, SequenceSums.SequencesOf(equation)!, new IndexVar("group", groups), outer);
        return [new PartialProduct(part, part.Axes.First(a => a.Size.Equals(groups)), length), total];
    }
}
