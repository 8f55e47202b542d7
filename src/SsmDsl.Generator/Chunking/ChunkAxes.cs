using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Chunking;

/// <summary>A tensor of chunks, and where its equation writes it.</summary>
internal sealed record ChunkValue(Tensor Tensor, ImmutableArray<Index> Left)
{
    /// <summary>With other positions in place of variables.</summary>
    public LoadScalar Read(params (IndexVar Variable, Index Position)[] moved)
    {
        var substitution = new Substitution(moved.ToDictionary(m => m.Variable, m => m.Position));
        ImmutableArray<Index> indices = substitution.Apply(Left);
        return new LoadScalar(Tensor, indices, [.. indices.Select((index, axis) => IndexBounds.IsWithin(index, Tensor.Axes[axis]) ? AxisAccess.InRange : AxisAccess.Padded)]);
    }
}

/// <summary>The indices of a recurrence in chunks, and equations over them.</summary>
internal sealed class ChunkAxes
{
    private const int Length = ChunkedProducts.ChunkLength;

    private readonly SharedDecay decay;
    private readonly ImmutableArray<IndexVar> outer;

    // Heads of which the factors know groups (h div k) are two indices, so that a product of matrices sees them.
    private readonly Dictionary<IndexVar, Index> split = [];
    private readonly Dictionary<IndexVar, (IndexVar Whole, long Divisor, bool IsGroup)> parts = [];
    private readonly ImmutableArray<IndexVar> heads;

    public ChunkAxes(SharedDecay decay, ImmutableArray<IndexVar> outer)
    {
        (this.decay, this.outer) = (decay, outer);
        Chunk = new IndexVar("c", Dim.Floor(decay.Step.Size - 1, Length) + 1);
        heads = [.. decay.Update.Axes.Where(v => v != decay.Step && !decay.Columns.Contains(v) && !decay.Rows.Contains(v)).SelectMany(Split)];
    }

    /// <summary>c.</summary>
    public IndexVar Chunk { get; }

    /// <summary>i, within a chunk.</summary>
    public IndexVar Position { get; } = new("i", Length);

    /// <summary>j, within a chunk.</summary>
    public IndexVar Earlier { get; } = new("j", Length);

    /// <summary>A value over t as one over chunks and a position within them.</summary>
    /// <param name="outside">Its value after the end of the sequence.</param>
    public Scalar At(Scalar value, IndexVar position, double outside)
    {
        Index t = Index.Of(Chunk).Times(Length).Plus(Index.Of(position));
        var moved = new Substitution(new Dictionary<IndexVar, Index>(split) { [decay.Step] = t });
        Scalar inside = Scalars.Compare(ScalarOp.Less, Scalars.Of(t), Scalars.Of(Index.Of(decay.Step.Size)));
        return Scalars.Select(inside, moved.Apply(value), Scalars.Real(outside));
    }

    /// <summary>A tensor over the heads that an expression knows (all, if null), chunks, and further indices.</summary>
    public ChunkValue Value(string name, Scalar? known, ImmutableArray<IndexVar> further)
    {
        HashSet<IndexVar> used = known is null ? [.. heads] : [.. known.Variables(), .. outer];
        ILookup<bool, IndexVar> own = heads.Where(used.Contains).ToLookup(h => h.Size.IsConstant && !outer.Contains(h));
        ImmutableArray<IndexVar> all = [.. own[false], Chunk, .. own[true], .. further];
        var tensor = new Tensor($"{decay.State.Name}.{name}", ElementType.Real, [.. all.Select(v => new TensorAxis(v.Size))], decay.State.Origin);
        return new ChunkValue(tensor, [.. all.Select(Index.Of)]);
    }

    /// <summary>The states at one moment; axes as those of the states of all steps.</summary>
    public ChunkValue Border(string name)
    {
        Tensor of = decay.State;
        var tensor = new Tensor(
            $"{of.Name}.{name}", of.Element, [.. of.Axes.Select((axis, i) => new TensorAxis(i == decay.StepAxis ? 1 : axis.Size))], of.Origin);
        var moved = new Substitution(new Dictionary<IndexVar, Index>(split) { [decay.Step] = Index.Of(0) });
        return new ChunkValue(tensor, moved.Apply(decay.Update.Left));
    }

    /// <summary>From the indices of chunks to those of an equation over t.</summary>
    public Substitution Back(Contraction contraction)
    {
        Index t = Index.Of(contraction.Names[decay.Step]);
        var values = new Dictionary<IndexVar, Index> { [Chunk] = t.DividedBy(Length), [Position] = t.Modulo(Length) };
        foreach (IndexVar head in heads)
        {
            values[head] = !parts.TryGetValue(head, out var part) ? Index.Of(contraction.Names[head])
                : part.IsGroup ? Index.Of(contraction.Names[part.Whole]).DividedBy(part.Divisor)
                : Index.Of(contraction.Names[part.Whole]).Modulo(part.Divisor);
        }

        foreach (IndexVar column in decay.Columns) values[column] = Index.Of(contraction.Names[column]);
        return new Substitution(values);
    }

    public Equation Equation(ChunkValue target, Scalar body, string? comment) => Sum(target, [], body, comment);

    public Equation Sum(ChunkValue target, ImmutableArray<IndexVar> over, Scalar body, string? comment) => Fresh(Plain(target, over, body, comment)).Equation;

    /// <summary>A recurrence along one of the indices.</summary>
    public Recurrence Recurrence(IndexVar step, bool reversed, ChunkValue target, Scalar body, string? comment)
    {
        (Equation member, Dictionary<IndexVar, IndexVar> names) = Fresh(Plain(target, [], body, comment));
        return new Recurrence(names[step], reversed, RecurrenceKind.Sequence, [member]);
    }

    private Equation Plain(ChunkValue target, ImmutableArray<IndexVar> over, Scalar body, string? comment) => new(
        target.Tensor,
        [.. target.Left.SelectMany(l => l.Variables())],
        target.Left,
        over.IsEmpty ? null : new Reduction(ReduceKind.Sum, over, null),
        body,
        Comment: comment,
        Origin: decay.Update.Origin);

    /// <summary>With variables of its own, but for the steps of copies around.</summary>
    private (Equation Equation, Dictionary<IndexVar, IndexVar> Names) Fresh(Equation equation)
    {
        Dictionary<IndexVar, IndexVar> names = equation.Axes.Concat(equation.Reduction?.Axes ?? []).Except(outer).ToDictionary(v => v, v => new IndexVar(v.Name, v.Size));
        return (equation.Rename(names), names);
    }

    private IEnumerable<IndexVar> Split(IndexVar head)
    {
        long[] divisors = [.. decay.Right.Concat(decay.Contractions.SelectMany(c => c.Factors)).SelectMany(ScalarWalk.Loads)
            .SelectMany(l => l.Indices).SelectMany(i => i.Terms).Select(t => t.Atom).OfType<DivAtom>()
            .Where(d => d.Dividend.AsVariable() == head).Select(d => d.Divisor).Distinct()];
        if (divisors is not [var divisor] || !head.Size.TryGetConstant(out long size) || size % divisor != 0) return [head];
        IndexVar group = new(head.Name + "_group", size / divisor), member = new(head.Name, divisor);
        split[head] = Index.Of(group).Times(divisor).Plus(Index.Of(member));
        parts[group] = (head, divisor, true);
        parts[member] = (head, divisor, false);
        return [group, member];
    }
}
