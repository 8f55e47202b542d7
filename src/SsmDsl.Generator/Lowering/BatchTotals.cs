using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Lowering;

/// <summary>
/// Sums over sequences become one for each sequence, and the sum of these, which moves behind the loops over copies around where nothing
/// in the loop needs it: what is left leaves every sequence to itself.
/// </summary>
internal static class BatchTotals
{
    // Elements of a sum that each sequence may have for itself.
    private const long MostPlaces = 1 << 14;

    public static GraphProgram Run(GraphProgram program) => program with { Body = [.. program.Body.SelectMany(n => Run(n, []))] };

    /// <param name="outer">Steps of the loops over copies around.</param>
    private static IEnumerable<Node> Run(Node node, ImmutableArray<IndexVar> outer)
    {
        if (node is Equation equation) return Split(equation, outer);
        if (node is not Recurrence { Kind: RecurrenceKind.Copies } copies) return [node];
        ImmutableArray<Node> members = [.. copies.Members.SelectMany(m => Run(m, outer.Add(copies.Step)))];
        var read = members.SelectMany(NodeParts.Equations).SelectMany(NodeParts.Loads).ToLookup(l => l.Tensor);
        ILookup<Tensor, Equation> writers = members.SelectMany(NodeParts.Equations).ToLookup(e => e.Target);
        Equation[] totals = [.. members.OfType<Equation>().Where(e => IsTotal(e) && !read.Contains(e.Target) && writers[e.Target].Count() == 1 && Lasts(e))];
        if (totals.Length == 0) return [copies with { Members = members }];
        var moved = new HashSet<Node>(totals, ReferenceComparer.Instance);
        return [copies with { Members = [.. members.Where(m => !moved.Contains(m))] }, .. totals.Select(Outside)];

        // What it reads still stands there after the loop, at places of the copy's own.
        bool Lasts(Equation total) => total.Left.Any(l => l.AsVariable() == copies.Step) && NodeParts.Loads(total).Where(l => writers.Contains(l.Tensor))
            .All(l => l.Indices.ToList().FindIndex(i => i.AsVariable() == copies.Step) is >= 0 and var axis && writers[l.Tensor].All(w => w.Left[axis].AsVariable() == copies.Step));

        Node Outside(Equation total) => total.Rename(new Dictionary<IndexVar, IndexVar> { [copies.Step] = new IndexVar(copies.Step.Name, copies.Step.Size) });
    }

    /// <summary>Short sums of what each sequence, or group of them, has for itself.</summary>
    private static bool IsTotal(Equation equation) =>
        equation is { Accumulate: false, Guard: null, Reduction: { Kind: ReduceKind.Sum, Axes: { Length: 1 } reduced } } && !reduced[0].Size.IsConstant
        && equation.Body is LoadScalar && equation.Axes.All(a => a.Size.IsConstant);

    private static IEnumerable<Node> Split(Equation equation, ImmutableArray<IndexVar> outer)
    {
        if (SequenceSums.SequencesOf(equation) is not { } sequences || ProductLowering.IsProduct(equation) || !IsSmall(equation, outer)) return [equation];
        (Equation part, Equation total) = SequenceSums.InParts(equation, sequences, new IndexVar(sequences.Name, sequences.Size), outer);
        return [part, total];
    }

    private static bool IsSmall(Equation equation, ImmutableArray<IndexVar> outer) =>
        equation.Axes.Where(a => !outer.Contains(a)).Aggregate((Dim)1, (n, a) => n * a.Size).TryGetConstant(out long places) && places <= MostPlaces;
}
