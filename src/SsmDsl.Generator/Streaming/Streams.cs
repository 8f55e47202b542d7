using System.Collections.Immutable;
using SsmDsl.Expansion;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Streaming;

internal sealed record StreamedGraph(ImmutableArray<Equation> Equations, ImmutableArray<StreamState> States);

/// <summary>
/// Gives a model its states, so that chunks of a stream can be run one after the other: tensors that are read at earlier
/// positions remember them, and reductions over the whole stream run on from their value so far.
/// </summary>
internal sealed class Streams
{
    private readonly ISet<Tensor> inputs;
    private readonly Dim length;
    private readonly Dictionary<Tensor, History> histories = [];

    private Streams(ISet<Tensor> inputs, Dim length)
    {
        this.inputs = inputs;
        this.length = length;
    }

    /// <param name="inputs">They have no places before 0 of their own, so a copy of them has.</param>
    public static StreamedGraph Run(ExpandedGraph graph, DimSymbol stream, StreamMemory memory, ISet<Tensor> inputs)
    {
        var names = new StateNames(graph.Paths);
        var streams = new Streams(inputs, Dim.Of(stream));
        foreach (Tensor tensor in inputs.Concat(graph.Equations.Select(e => e.Target)).Distinct())
        {
            if (memory.LookBack.TryGetValue(tensor, out int lookBack))
                streams.histories.Add(tensor, new History(tensor, lookBack, streams.length, names.For(tensor)));
        }

        return streams.Run(graph.Equations, new HashSet<Tensor>(memory.Accumulators.Select(a => a.Target)), new RunningReduction(names));
    }

    private StreamedGraph Run(ImmutableArray<Equation> equations, HashSet<Tensor> accumulated, RunningReduction running)
    {
        var made = new List<Equation>();
        foreach (Tensor input in histories.Keys.Where(inputs.Contains)) made.AddRange(histories[input].Equations([Copy(input)]));
        foreach (IGrouping<Tensor, Equation> group in equations.Select(e => e.MapParts(Reread)).GroupBy(e => e.Target))
        {
            if (histories.TryGetValue(group.Key, out History? history)) made.AddRange(history.Equations([.. group]));
            else made.AddRange(accumulated.Contains(group.Key) ? group.SelectMany(e => e.Reduction is null ? [e] : running.Equations(e)) : group);
        }
        return new StreamedGraph([.. made], [.. histories.Values.Select(h => h.State), .. running.States]);
    }

    private Scalar Reread(Scalar scalar) =>
        scalar is LoadScalar load && histories.TryGetValue(load.Tensor, out History? history) && (!inputs.Contains(load.Tensor) || LooksBack(load))
            ? Accesses.Again(load with { Tensor = history.Tensor })
            : scalar;

    /// <summary>True if the read may leave the chunk, or is at a fixed place from its end.</summary>
    private bool LooksBack(LoadScalar load)
    {
        for (int axis = 0; axis < load.Access.Length; axis++)
        {
            if (load.Tensor.Axes[axis].Size.Equals(length)
                && (load.Access[axis] != AxisAccess.InRange || load.Indices[axis].Constant.Symbols.Overlaps(length.Symbols)))
            {
                return true;
            }
        }
        return false;
    }

    private static Equation Copy(Tensor source)
    {
        ImmutableArray<IndexVar> axes = [.. source.Axes.Select((a, i) => new IndexVar($"i{i + 1}", a.Size))];
        ImmutableArray<Index> places = [.. axes.Select(Index.Of)];
        return new Equation(
            source, axes, places, null, Scalars.Read(source, places),
            Comment: $"{source.Name} with what came before", Origin: source.Origin);
    }
}
