using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Passes;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Streaming;

/// <summary>A tensor along the stream with places before 0, which hold what came before the chunk.</summary>
internal sealed class History
{
    private readonly int axis;
    private readonly int lookBack;
    private readonly StateLayout layout;

    public History(Tensor tensor, int lookBack, Dim length, string name)
    {
        axis = tensor.Axes.ToList().FindIndex(a => a.Size.Equals(length));
        this.lookBack = Math.Max(lookBack, tensor.Axes[axis].Before);
        Tensor = new Tensor(
            tensor.Name, tensor.Element, [.. tensor.Axes.Select((a, i) => i == axis ? a with { Before = this.lookBack } : a)], tensor.Origin);
        layout = StateLayout.Of(tensor, name, axis, this.lookBack);
        State = new StreamState(name, layout.Before, layout.After);
    }

    public Tensor Tensor { get; }
    public StreamState State { get; }

    /// <summary>The equations of the tensor itself, its places before 0 and its final state.</summary>
    /// <param name="written">The equations that wrote the tensor without history.</param>
    public IEnumerable<Equation> Equations(IReadOnlyCollection<Equation> written)
    {
        var initial = written.ToLookup(e => e.Left[axis].IsConstant(out long at) && at < 0 ? (int)-at : 0);
        foreach (Equation equation in initial[0]) yield return equation with { Target = Tensor };

        // initial states hold at the start of the stream only
        int given = initial.Max(g => g.Key);
        for (int back = 1; back <= given; back++)
        {
            foreach (Equation equation in initial[back].SelectMany(e => AtStart(e, back))) yield return equation;
            if (!initial[back].Any()) yield return FromState(Index.Of(lookBack - back), null);
        }

        if (lookBack > given)
        {
            var k = new IndexVar("k", lookBack - given);
            yield return FromState(Index.Of(k), k);
        }

        yield return Newest();
    }

    private IEnumerable<Equation> AtStart(Equation initial, int back)
    {
        Scalar value = initial.Body;
        if (initial.Reduction is not null || initial.Guard is not null)
        {
            // a tensor of its own
            var start = new Tensor(Tensor.Name + "_start", Tensor.Element, [.. initial.Axes.Select(a => new TensorAxis(a.Size))], initial.Origin);
            ImmutableArray<Index> own = [.. initial.Axes.Select(Index.Of)];
            yield return initial with { Target = start, Left = own };
            value = Scalars.Read(start, own);
        }

        LoadScalar before = layout.Load(initial.Left.SetItem(axis, Index.Of(lookBack - back)));
        yield return initial with
        {
            Target = Tensor,
            Reduction = null,
            Guard = null,
            Body = ScalarBuilder.Select(new RunScalar(RunValue.Start), value, before),
        };
    }

    /// <summary>tensor[place - lookBack] = state[place]</summary>
    private Equation FromState(Index place, IndexVar? k)
    {
        ImmutableArray<IndexVar> others = Variables();
        ImmutableArray<Index> places = [.. others.Select((v, i) => i == axis ? place : Index.Of(v))];
        ImmutableArray<IndexVar> axes = [.. others.SelectMany((v, i) => i != axis ? [v] : k is null ? Array.Empty<IndexVar>() : [k])];
        return new Equation(
            Tensor, axes, places.SetItem(axis, place.Plus(-lookBack)), null, layout.Load(places), Comment: $"{Tensor.Name} before the chunk");
    }

    /// <summary>final state[k] = tensor[T - lookBack + k]</summary>
    private Equation Newest()
    {
        var k = new IndexVar("k", lookBack);
        ImmutableArray<IndexVar> variables = layout.Ordered(Variables().SetItem(axis, k));
        ImmutableArray<Index> places = [.. Variables().Select((_, i) => Index.Of(variables[layout.Order.IndexOf(i)]))];
        ImmutableArray<Index> newest = places.SetItem(axis, Index.Of(k).Plus(Tensor.Axes[axis].Size - lookBack));
        return new Equation(
            layout.After, variables, [.. variables.Select(Index.Of)], null,
            Scalars.Read(Tensor, newest), Comment: $"the newest of {Tensor.Name}");
    }

    private ImmutableArray<IndexVar> Variables() => [.. Tensor.Axes.Select((a, i) => new IndexVar($"i{i + 1}", a.Size))];
}
