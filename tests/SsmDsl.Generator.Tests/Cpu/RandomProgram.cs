using System.Collections.Immutable;
using SsmDsl.Interpretation;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Generator.Tests.Cpu;

/// <summary>A random valid graph program over small sizes, every kind of node, index and scalar in it, with inputs for it.</summary>
/// <param name="smooth">Without operations that jump, so that rounding cannot change a result by much.</param>
/// <param name="largest">What sizes stay below.</param>
internal sealed class RandomProgram(int seed, bool smooth, int largest = 40)
{
    private static readonly DimSymbol Length = new("T");
    private readonly Random random = new(seed);
    private readonly List<Tensor> known = [];
    private readonly List<Node> body = [];
    private readonly List<Port> outputs = [];
    private ImmutableArray<Dim> sizes;
    private Tensor tokens = null!;
    private readonly Dictionary<Tensor, IndexVar> pinned = [];
    private IndexVar? inside;
    private int names;

    public (GraphProgram Program, InterpreterInput Input) Make()
    {
        sizes = [Dim.Of(DimSymbol.Batch), Dim.Of(Length), 1, 3, random.Next(2, largest)];
        tokens = new Tensor("tokens", ElementType.Int, Axes(sizes[0], sizes[1]));
        var inputs = new List<Port> { new(PortKind.Input, "tokens", tokens) };
        foreach (ElementType type in new[] { ElementType.Real, ElementType.Real, ElementType.Bool, ElementType.Int, ElementType.Complex })
        {
            Tensor input = Fresh("in", type, RandomAxes());
            inputs.Add(new Port(PortKind.Input, input.Name, input));
        }

        int count = random.Next(1, 6);
        for (int i = 0; i < count; i++) AddNode(null);
        // What is no output may be computed again, or live within a kernel.
        Tensor[] made = [.. known.Skip(5)];
        foreach (Tensor shown in made.Where((_, i) => i == made.Length - 1 || random.Next(3) == 0).Select(Plain).ToArray())
        {
            outputs.Add(new Port(PortKind.Output, shown.Name, shown));
        }

        var program = new GraphProgram("Random", [DimSymbol.Batch, Length], [.. inputs], [.. outputs], [.. body]);
        return (program, Input());
    }

    private Tensor Plain(Tensor tensor)
    {
        if (tensor.Axes.All(a => a.Before + a.After == 0)) return tensor;
        ImmutableArray<IndexVar> axes = [.. tensor.Axes.Select((a, i) => new IndexVar("i" + i, a.Size))];
        var plain = new Tensor(tensor.Name + "_plain", tensor.Element, Axes([.. axes.Select(a => a.Size)]));
        ImmutableArray<Index> here = [.. axes.Select(Index.Of)];
        body.Add(new Equation(plain, axes, here, null, new LoadScalar(tensor, here, [.. axes.Select(_ => AxisAccess.InRange)])));
        return plain;
    }

    private InterpreterInput Input()
    {
        var values = new Dictionary<string, double[]>();
        var dims = new Dictionary<DimSymbol, long> { [DimSymbol.Batch] = random.Next(1, 7), [Length] = random.Next(0, 20) };
        return new InterpreterInput
        {
            Sizes = dims,
            Training = random.Next(2) == 0,
            Start = random.Next(2) == 0,
            Offset = random.Next(100),
            Seed = (ulong)random.Next(),
            Step = 7,
            Read = port =>
            {
                long count = port.Tensor.Axes.Aggregate(1L, (n, a) => n * a.Size.Evaluate(d => dims[d]));
                if (port.Tensor.Element == ElementType.Complex) count *= 2;
                if (!values.TryGetValue(port.Name, out double[]? found)) values[port.Name] = found = [.. Enumerable.Range(0, (int)count).Select(_ => Number(port.Tensor.Element))];
                return found;
            },
        };
    }

    private double Number(ElementType type) => type switch
    {
        ElementType.Bool => random.Next(2),
        ElementType.Int => random.Next(3),
        _ => (float)(random.NextDouble() * 4 - 2),
    };

    private Dim Size() => sizes[random.Next(sizes.Length)];

    private ImmutableArray<TensorAxis> RandomAxes() => Axes([.. Enumerable.Range(0, random.Next(4)).Select(_ => Size())]);

    private static ImmutableArray<TensorAxis> Axes(params Dim[] sizes) => [.. sizes.Select(s => new TensorAxis(s))];

    private Tensor Fresh(string name, ElementType type, ImmutableArray<TensorAxis> axes)
    {
        var tensor = new Tensor($"{name}{names++}", type, axes);
        Know(tensor);
        return tensor;
    }

    /// <summary>Within a loop over copies, what a copy writes is read at that copy only.</summary>
    private void Know(Tensor tensor)
    {
        known.Add(tensor);
        if (inside is not null) pinned[tensor] = inside;
    }

    /// <param name="copy">The index of a loop over copies around.</param>
    private void AddNode(IndexVar? copy, List<Node>? to = null)
    {
        to ??= body;
        switch (random.Next(copy is null ? 8 : 4))
        {
            case 0:
            case 1:
                to.Add(Map(copy));
                break;
            case 2:
                to.Add(Reduce(copy));
                break;
            case 3:
                AddScan(copy, to);
                break;
            case 4:
                AddParts(to);
                break;
            case 5:
                AddCopies(to);
                break;
            case 6:
                AddScatter(to);
                break;
            default:
                to.Add(Reduce(null));
                break;
        }
    }

    private Equation Map(IndexVar? copy)
    {
        ImmutableArray<IndexVar> axes = Variables(copy);
        ElementType type = random.Next(8) switch { 0 => ElementType.Bool, 1 => ElementType.Int, 2 => ElementType.Complex, _ => ElementType.Real };
        var scalars = new RandomScalar(random, smooth, known, tokens, pinned, axes, []);
        Scalar value = scalars.Of(type, 3);
        Scalar? guard = random.Next(4) == 0 ? scalars.Of(ElementType.Bool, 2) : null;
        Tensor target = Fresh("map", type, Axes([.. axes.Select(a => a.Size)]));
        return new Equation(target, axes, [.. axes.Select(Index.Of)], null, value, guard, Comment: $"{target}[...] = a map");
    }

    private Equation Reduce(IndexVar? copy)
    {
        ImmutableArray<IndexVar> axes = Variables(copy), over = [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => Variable())];
        ReduceKind[] kinds = smooth
            ? [ReduceKind.Sum, ReduceKind.Prod, ReduceKind.LogSumExp, ReduceKind.Max]
            : [ReduceKind.Sum, ReduceKind.Prod, ReduceKind.Max, ReduceKind.Min, ReduceKind.LogSumExp, ReduceKind.ArgMax, ReduceKind.ArgMin];
        ReduceKind kind = kinds[random.Next(kinds.Length)];
        bool isArg = kind is ReduceKind.ArgMax or ReduceKind.ArgMin;
        if (isArg) over = [new IndexVar("a", random.Next(1, 7))];
        ImmutableArray<IndexVar> all = axes.AddRange(over);
        var scalars = new RandomScalar(random, smooth, known, tokens, pinned, all, []);
        Scalar value = scalars.Of(ElementType.Real, 2);
        if (kind == ReduceKind.Prod) value = Scalars.Apply(ScalarOp.Tanh, ElementType.Real, value);
        Scalar? condition = isArg || random.Next(2) == 0 ? null : scalars.Of(ElementType.Bool, 2);
        Scalar? guard = random.Next(5) == 0 ? new RandomScalar(random, smooth, known, tokens, pinned, axes, []).Of(ElementType.Bool, 1) : null;
        Tensor target = Fresh("red", isArg ? ElementType.Int : ElementType.Real, Axes([.. axes.Select(a => a.Size)]));
        return new Equation(target, axes, [.. axes.Select(Index.Of)], new Reduction(kind, over, condition), value, guard, Comment: $"{target} = {kind}");
    }

    /// <summary>h[…, t, …] from h at one or two steps before, perhaps with a reduction over the state; initial states sometimes.</summary>
    private void AddScan(IndexVar? copy, List<Node> to)
    {
        bool reversed = random.Next(2) == 0;
        int lag = random.Next(1, 3);
        var step = new IndexVar("t", random.Next(3) == 0 ? Size() : sizes[1]);
        ImmutableArray<IndexVar> before = Variables(copy), after = random.Next(2) == 0 ? [] : [Variable()];
        ImmutableArray<IndexVar> axes = [.. before, step, .. after];
        int at = before.Length;
        ImmutableArray<TensorAxis> shape = [.. axes.Select((a, i) => i != at ? new TensorAxis(a.Size) : reversed ? new TensorAxis(a.Size, 0, lag) : new TensorAxis(a.Size, lag))];
        var state = new Tensor($"state{names++}", ElementType.Real, shape);
        ImmutableArray<Index> here = [.. axes.Select(Index.Of)];
        ImmutableArray<AxisAccess> inRange = [.. axes.Select(_ => AxisAccess.InRange)];
        if (random.Next(2) == 0)
        {
            ImmutableArray<IndexVar> others = axes.RemoveAt(at);
            Scalar first = new RandomScalar(random, smooth, known, tokens, pinned, others, []).Of(ElementType.Real, 2);
            to.Add(new Equation(state, others, here.SetItem(at, reversed ? Index.Of(step.Size) : Index.Of(-1)), null, first));
        }

        var members = new List<Node>();
        Index past = Index.Of(step).Plus(reversed ? lag : -lag);
        if (after.Length > 0 && random.Next(2) == 0)
        {
            // A mixing of the whole state, summed before it is used
            var mixed = new Tensor($"mixed{names++}", ElementType.Real, Axes([.. axes.Select(a => a.Size)]));
            var m = new IndexVar("m", after[0].Size);
            Scalar value = Scalars.Multiply(Weight([.. axes, m]), new LoadScalar(state, here.SetItem(at, past).SetItem(at + 1, Index.Of(m)), inRange));
            members.Add(new Equation(mixed, axes, here, new Reduction(ReduceKind.Sum, [m], null), value));
            members.Add(new Equation(state, axes, here, null, Bounded(new LoadScalar(mixed, here, inRange), axes)));
        }
        else
        {
            members.Add(new Equation(state, axes, here, null, Bounded(new LoadScalar(state, here.SetItem(at, past), inRange), axes), Comment: $"{state}[t] = f({state}[t-1])"));
        }

        to.Add(new Recurrence(step, reversed, RecurrenceKind.Sequence, [.. members]));
        Know(state);
        for (int i = random.Next(4); i > 0; i--) to.Add(Read(state, axes, at, copy));
    }

    /// <summary>A map or a sum over everything that a recurrence gave, at the same step, an earlier or later one, or a fixed one.</summary>
    private Equation Read(Tensor state, ImmutableArray<IndexVar> stateAxes, int at, IndexVar? copy)
    {
        ImmutableArray<IndexVar> axes = [.. stateAxes.Select(a => a == copy ? a : new IndexVar(a.Name, a.Size))];
        Index[] position = [.. axes.Select(Index.Of)];
        AxisAccess[] access = [.. axes.Select(_ => AxisAccess.InRange)];
        int where = random.Next(6);
        if (where == 0) position[at] = Index.Of(axes[at].Size - 1);
        else if (where == 1) position[at] = position[at].Plus(random.Next(-2, 2));
        if (where <= 1) access[at] = AxisAccess.Padded;
        ImmutableArray<IndexVar> open = where == 0 ? axes.RemoveAt(at) : axes;
        Scalar value = Scalars.Multiply(Weight(open), new LoadScalar(state, [.. position], [.. access]));
        ImmutableArray<IndexVar> reduced = [.. open.Where(a => a != copy && random.Next(3) == 0)], kept = [.. open.Where(a => !reduced.Contains(a))];
        Tensor target = Fresh("read", ElementType.Real, Axes([.. kept.Select(a => a.Size)]));
        Scalar? condition = random.Next(4) == 0 ? new RandomScalar(random, smooth, known.Where(k => k != target).ToList(), tokens, pinned, open, []).Of(ElementType.Bool, 1) : null;
        Reduction? reduction = reduced.IsEmpty ? null : new Reduction(smooth || random.Next(3) > 0 ? ReduceKind.Sum : ReduceKind.Max, reduced, condition);
        return new Equation(target, kept, [.. kept.Select(Index.Of)], reduction, value, Comment: $"{target} = a reading of {state}");
    }

    private Scalar Weight(ImmutableArray<IndexVar> axes) =>
        Scalars.Multiply(Scalars.Real(0.1), Scalars.Apply(ScalarOp.Tanh, ElementType.Real, new RandomScalar(random, smooth, known, tokens, pinned, axes, []).Of(ElementType.Real, 1)));

    private Scalar Bounded(Scalar past, ImmutableArray<IndexVar> axes) =>
        Scalars.Add(
            Scalars.Multiply(Scalars.Real(0.7), Scalars.Apply(ScalarOp.Tanh, ElementType.Real, past)),
            Scalars.Apply(ScalarOp.Tanh, ElementType.Real, new RandomScalar(random, smooth, known, tokens, pinned, axes, []).Of(ElementType.Real, 2)));

    /// <summary>Two equations that fill parts of one tensor, at times leaving places out.</summary>
    private void AddParts(List<Node> to)
    {
        ImmutableArray<IndexVar> axes = Variables(null);
        IndexVar first = new("p", random.Next(1, 6)), second = new("q", random.Next(1, 6));
        first.Size.TryGetConstant(out long low);
        int gap = random.Next(2);
        Dim size = first.Size + second.Size + gap;
        Scalar one = new RandomScalar(random, smooth, known, tokens, pinned, axes.Add(first), []).Of(ElementType.Real, 2);
        Scalar two = new RandomScalar(random, smooth, known, tokens, pinned, axes.Add(second), []).Of(ElementType.Real, 2);
        Tensor target = Fresh("parts", ElementType.Real, Axes([.. axes.Select(a => a.Size), size]));
        ImmutableArray<Index> left = [.. axes.Select(Index.Of)];
        to.Add(new Equation(target, axes.Add(first), left.Add(Index.Of(first)), null, one));
        to.Add(new Equation(target, axes.Add(second), left.Add(Index.Of(second).Plus(low + gap)), null, two));
    }

    /// <summary>x[k] from x[k-1] and what copy k computes besides.</summary>
    private void AddCopies(List<Node> to)
    {
        var copy = new IndexVar("k", random.Next(0, 4));
        ImmutableArray<IndexVar> axes = [copy, .. Variables(null)];
        var carried = new Tensor($"x{names++}", ElementType.Real, [new TensorAxis(copy.Size, 1), .. axes.Skip(1).Select(a => new TensorAxis(a.Size))]);
        ImmutableArray<Index> here = [.. axes.Select(Index.Of)];
        ImmutableArray<IndexVar> others = axes.RemoveAt(0);
        to.Add(new Equation(carried, others, here.SetItem(0, Index.Of(-1)), null, new RandomScalar(random, smooth, known, tokens, pinned, others, []).Of(ElementType.Real, 2)));
        int before = known.Count;
        inside = copy;
        var members = new List<Node>();
        for (int i = random.Next(3); i > 0; i--) AddNode(copy, members);
        var entry = new LoadScalar(carried, here.SetItem(0, Index.Of(copy).Plus(-1)), [.. axes.Select(_ => AxisAccess.InRange)]);
        members.Add(new Equation(carried, axes, here, null, Bounded(entry, axes)));
        to.Add(new Recurrence(copy, false, RecurrenceKind.Copies, [.. members]));
        inside = null;
        pinned.Clear();
        if (copy.Size.Equals((Dim)0)) known.RemoveRange(before, known.Count - before);
        known.Add(carried);
    }

    private void AddScatter(List<Node> to)
    {
        IndexVar b = new("b", sizes[0]), t = new("t", sizes[1]), d = Variable();
        var lookup = new LoadScalar(tokens, [Index.Of(b), Index.Of(t)], [AxisAccess.InRange, AxisAccess.InRange]);
        Scalar value = new RandomScalar(random, smooth, known, tokens, pinned, [b, t, d], []).Of(ElementType.Real, 2);
        Tensor target = Fresh("scatter", ElementType.Real, Axes(random.Next(1, 4), d.Size));
        Index row = new([new IndexTerm(1, new LookupAtom(lookup))], random.Next(2) - 1);
        to.Add(new Equation(target, [b, t, d], [row, Index.Of(d)], null, value, Accumulate: true));
    }

    private IndexVar Variable() => new(((char)('i' + random.Next(6))).ToString(), Size());

    private ImmutableArray<IndexVar> Variables(IndexVar? copy)
    {
        IEnumerable<IndexVar> axes = Enumerable.Range(0, random.Next(3)).Select(_ => Variable());
        return [.. copy is null ? [] : new[] { copy }, .. axes];
    }
}
