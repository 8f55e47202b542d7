using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Passes;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Streaming;

/// <summary>
/// A reduction over all s that keeps only those at most w before t (attention over a window) becomes one over the window, and
/// tensors over (t, s) that it reads become tensors over (t, place in the window): so the model can run step by step, and does
/// not do work that grows with the square of the length.
/// </summary>
internal sealed class Windows
{
    private readonly Dim length;
    private readonly Dictionary<Tensor, Equation> pairs = [];
    private readonly Dictionary<Tensor, Band> demands = [];
    private readonly Dictionary<Tensor, Tensor> narrow = [];
    private bool isRefused;

    private Windows(DimSymbol stream) => length = Dim.Of(stream);

    /// <param name="needed">The tensors that a step computes; what others read stays as it is.</param>
    public static ImmutableArray<Equation> Run(ImmutableArray<Equation> equations, DimSymbol stream, ISet<Tensor> needed)
    {
        var windows = new Windows(stream);
        var live = equations.Where(e => needed.Contains(e.Target)).ToList();
        windows.FindPairs(live);
        var reducing = live.Where(e => windows.Position(e) is not null && windows.Reduced(e) is not null).ToList();
        if (windows.pairs.Count == 0 && reducing.Count == 0) return equations;
        windows.Demand(live);
        if (windows.isRefused || windows.demands.Values.Concat(reducing.Select(windows.DomainOf)).Any(b => !b.IsBounded || b.Low < 0)) return equations;
        return windows.Rewrite(equations, live);
    }

    private bool IsLength(IndexVar variable) => variable.Size.Equals(length);

    private IndexVar? Position(Equation equation) => equation.Axes.FirstOrDefault(IsLength);

    private IndexVar? Reduced(Equation equation) =>
        pairs.ContainsKey(equation.Target) ? equation.Left[Column(equation.Target)].AsVariable() : equation.Reduction?.Axes.FirstOrDefault(IsLength);

    private int Column(Tensor tensor) => tensor.Axes.ToList().FindLastIndex(a => a.Size.Equals(length));

    private int Row(Tensor tensor) => tensor.Axes.ToList().FindIndex(a => a.Size.Equals(length));

    private void FindPairs(List<Equation> live)
    {
        foreach (IGrouping<Tensor, Equation> written in live.GroupBy(e => e.Target))
        {
            int count = written.Key.Axes.Count(a => a.Size.Equals(length));
            if (count < 2) continue;
            Equation first = written.First();
            isRefused |= count > 2 || written.Count() > 1 || first.Left.Any(l => l.AsVariable() is null) || (first.Reduction?.Axes.Any(IsLength) ?? false);
            pairs[written.Key] = first;
        }
    }

    /// <summary>The t of an equation, which for a tensor over (t, s) is its row.</summary>
    private IndexVar RowOf(Equation equation) =>
        pairs.ContainsKey(equation.Target) ? equation.Left[Row(equation.Target)].AsVariable()! : Position(equation)!;

    /// <summary>The band over which an equation needs its s.</summary>
    private Band DomainOf(Equation equation)
    {
        if (pairs.ContainsKey(equation.Target)) return demands.TryGetValue(equation.Target, out Band demand) ? demand : Band.All;
        if (equation.Reduction!.Kind is ReduceKind.ArgMax or ReduceKind.ArgMin) return Band.All;
        (IndexVar t, IndexVar s) = (RowOf(equation), Reduced(equation)!);
        Band kept = Band.Of(equation.Reduction.Condition, t, s);
        return equation.Reduction.Kind == ReduceKind.Sum ? kept.Intersect(Band.Support(equation.Body, t, s, l => SupportOf(l, t, s))) : kept;
    }

    /// <summary>Where a tensor over (t, s), read at just these, is not 0.</summary>
    private Band SupportOf(LoadScalar load, IndexVar t, IndexVar s)
    {
        if (!pairs.TryGetValue(load.Tensor, out Equation? equation)
            || !ReferenceEquals(load.Indices[Row(load.Tensor)].AsVariable(), t)
            || !ReferenceEquals(load.Indices[Column(load.Tensor)].AsVariable(), s))
        {
            return Band.All;
        }

        (IndexVar row, IndexVar column) = (RowOf(equation), Reduced(equation)!);
        Band guard = Band.Of(equation.Guard, row, column);
        return equation.Reduction is null ? guard.Intersect(Band.Support(equation.Body, row, column, l => SupportOf(l, row, column))) : guard;
    }

    /// <summary>Collects where tensors over (t, s) are read, readers before what they read.</summary>
    private void Demand(List<Equation> live)
    {
        var open = new HashSet<Tensor>(pairs.Keys);
        foreach (Equation reader in live.Where(e => !pairs.ContainsKey(e.Target))) Demand(reader);
        while (open.Count > 0 && !isRefused)
        {
            Tensor? next = open.FirstOrDefault(t => !open.Any(o => pairs[o].Loads().Any(l => ReferenceEquals(l.Tensor, t))));
            isRefused |= next is null || !demands.ContainsKey(next);
            if (isRefused) return;
            Demand(pairs[next!]);
            open.Remove(next!);
        }
    }

    private void Demand(Equation reader)
    {
        if (!reader.Loads().Any(l => pairs.ContainsKey(l.Tensor))) return;
        if (Position(reader) is null)
        {
            isRefused = true;
            return;
        }

        Band domain = Reduced(reader) is null ? Band.All : DomainOf(reader);
        if (Reduced(reader) is { } s) domain = domain.Intersect(Band.Of(reader.Guard, RowOf(reader), s));
        foreach (Scalar scalar in reader.Scalars()) Demand(scalar, reader, domain);
    }

    private void Demand(Scalar scalar, Equation reader, Band domain)
    {
        if (scalar is LoadScalar load && pairs.ContainsKey(load.Tensor)) Demand(load, reader, domain);
        if (scalar is SelectScalar select && Reduced(reader) is { } s)
        {
            Demand(select.Condition, reader, domain);
            Demand(select.Then, reader, domain.Intersect(Band.Of(select.Condition, RowOf(reader), s)));
            Demand(select.Else, reader, domain);
            return;
        }

        foreach (Scalar part in scalar.Parts()) Demand(part, reader, domain);
    }

    private void Demand(LoadScalar load, Equation reader, Band domain)
    {
        IndexVar t = RowOf(reader);
        Index column = load.Indices[Column(load.Tensor)];
        Band read = Reduced(reader) is { } s && ReferenceEquals(column.AsVariable(), s) ? domain
            : IndexBounds.Of(Index.Of(t).Minus(column)) is var (low, high) && low.TryGetConstant(out long from) && high.TryGetConstant(out long to)
                ? new Band(from, to)
                : Band.All;
        isRefused |= !ReferenceEquals(load.Indices[Row(load.Tensor)].AsVariable(), t);
        demands[load.Tensor] = demands.TryGetValue(load.Tensor, out Band known) ? known.Union(read) : read;
    }

    private ImmutableArray<Equation> Rewrite(ImmutableArray<Equation> equations, List<Equation> live)
    {
        foreach (var (tensor, band) in demands.Select(d => (d.Key, d.Value)))
        {
            var axis = new TensorAxis(band.High!.Value - band.Low!.Value + 1);
            narrow[tensor] = new Tensor(tensor.Name, tensor.Element, tensor.Axes.SetItem(Column(tensor), axis), tensor.Origin);
        }

        var made = new List<Equation>();
        foreach (Equation equation in equations)
        {
            bool isLive = live.Contains(equation);
            // what only the loss reads keeps all of (t, s)
            if (!isLive || pairs.ContainsKey(equation.Target)) made.Add(equation);
            if (isLive) made.Add(Rewrite(equation));
        }
        return [.. made];
    }

    private Equation Rewrite(Equation equation)
    {
        if (Position(equation) is null) return equation;
        IndexVar t = RowOf(equation);
        if (Reduced(equation) is not { } s) return equation.MapScalars(x => Narrow(x, t));
        Band band = DomainOf(equation);
        var k = new IndexVar(s.Name, band.High!.Value - band.Low!.Value + 1);
        Index position = Index.Of(t).Plus(Index.Of(k)).Plus(-band.High.Value);
        var toWindow = new Substitution(new Dictionary<IndexVar, Index> { [s] = position });
        Scalar Window(Scalar scalar) => Simplify.Run(Narrow(toWindow.Apply(scalar), t));

        // before the start of the stream there is nothing
        Scalar exists = ScalarBuilder.Apply(
            ScalarOp.GreaterOrEqual, ElementType.Bool,
            ScalarBuilder.Apply(ScalarOp.Add, ElementType.Int, new RunScalar(RunValue.Offset), new IndexScalar(position)),
            ScalarBuilder.Int(0));
        Scalar?[] guard = [exists, equation.Guard is null ? null : Window(equation.Guard)];
        Scalar?[] condition = [exists, equation.Reduction?.Condition is { } c ? Window(c) : null];
        if (!pairs.ContainsKey(equation.Target))
        {
            return equation with
            {
                Reduction = new Reduction(
                    equation.Reduction!.Kind, [.. equation.Reduction.Axes.Select(a => ReferenceEquals(a, s) ? k : a)], ScalarBuilder.All(condition.OfType<Scalar>())),
                Body = Window(equation.Body),
                Guard = equation.Guard is null ? null : Narrow(equation.Guard, t),
            };
        }

        return equation with
        {
            Target = narrow[equation.Target],
            Axes = [.. equation.Axes.Select(a => ReferenceEquals(a, s) ? k : a)],
            Left = equation.Left.SetItem(Column(equation.Target), Index.Of(k)),
            Guard = ScalarBuilder.All(guard.OfType<Scalar>()),
            Reduction = equation.Reduction is { } r ? r with { Condition = r.Condition is null ? null : Window(r.Condition) } : null,
            Body = Window(equation.Body),
        };
    }

    private Scalar Narrow(Scalar scalar, IndexVar t) => scalar.Map(s =>
    {
        if (s is not LoadScalar load) return s;
        if (!narrow.TryGetValue(load.Tensor, out Tensor? window)) return Expansion.Accesses.Again(load);
        int column = Column(load.Tensor);
        Index place = load.Indices[column].Minus(Index.Of(t)).Plus(demands[load.Tensor].High!.Value);
        return Expansion.Accesses.Again(load with { Tensor = window, Indices = load.Indices.SetItem(column, place) });
    });
}
