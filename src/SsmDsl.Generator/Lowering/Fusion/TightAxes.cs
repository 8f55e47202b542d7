using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering.Fusion;

/// <summary>
/// Tensors without places that nothing reads or writes: an axis on which all positions are the same one is dropped, places beside
/// an axis that nothing reaches too. Memory is smaller then, and what is left is often written as a whole and need not be cleared.
/// </summary>
internal static class TightAxes
{
    public static GraphProgram Run(GraphProgram program)
    {
        HashSet<Tensor> ports = [.. program.Inputs.Concat(program.Outputs).Select(p => p.Tensor)];
        ILookup<Tensor, ImmutableArray<Index>> positions = program.Body.Equations()
            .SelectMany(e => NodeParts.Loads(e).Select(l => (l.Tensor, l.Indices)).Append((Tensor: e.Target, Indices: e.Left)))
            .ToLookup(p => p.Tensor, p => p.Indices);
        Dictionary<Tensor, Tightened> changed = positions.Where(p => !ports.Contains(p.Key))
            .Select(p => (Tensor: p.Key, Tight: Of(p.Key, p)))
            .Where(t => t.Tight is not null)
            .ToDictionary(t => t.Tensor, t => t.Tight!);
        return changed.Count == 0 ? program : program with { Body = program.Body.MapEquations(Apply) };

        Equation Apply(Equation equation)
        {
            Equation mapped = equation.MapParts(s => s is LoadScalar load && changed.TryGetValue(load.Tensor, out Tightened tight)
                ? new LoadScalar(tight.Tensor, tight.Of(load.Indices), tight.Of(load.Access)) : s);
            return changed.TryGetValue(mapped.Target, out Tightened target) ? mapped with { Target = target.Tensor, Left = target.Of(mapped.Left) } : mapped;
        }
    }

    private static Tightened? Of(Tensor tensor, IEnumerable<ImmutableArray<Index>> positions)
    {
        bool[] isOne = new bool[tensor.Rank];
        var axes = new TensorAxis[tensor.Rank];
        for (int axis = 0; axis < tensor.Rank; axis++)
        {
            Index[] own = [.. positions.Select(p => p[axis]).Distinct()];
            (Dim Low, Dim High)?[] bounds = [.. own.Select(IndexBounds.Of)];
            axes[axis] = tensor.Axes[axis];
            isOne[axis] = own.All(o => o.Terms.IsEmpty && o.Constant.Equals(own[0].Constant)) && bounds[0] is var (at, _) && IsWithin(at, axes[axis]);
            if (axes[axis].Before > 0 && bounds.All(b => b is var (low, _) && Places.IsAtLeast(low, 0))) axes[axis] = axes[axis] with { Before = 0 };
            if (axes[axis].After > 0 && bounds.All(b => b is var (_, high) && Places.IsAtLeast(axes[axis].Size - high, 1))) axes[axis] = axes[axis] with { After = 0 };
        }

        if (!isOne.Contains(true) && axes.SequenceEqual(tensor.Axes)) return null;
        bool[] kept = [.. isOne.Select(one => !one)];
        return new Tightened(new Tensor(tensor.Name, tensor.Element, [.. axes.Where((_, axis) => kept[axis])], tensor.Origin), kept);
    }

    private static bool IsWithin(Dim position, TensorAxis axis) =>
        Places.IsAtLeast(position + axis.Before, 0) && (Places.IsAtLeast(axis.Size + axis.After - position, 1) || Places.IsAtLeast(-1 - position, 0));

    /// <param name="Kept">For each axis, whether it stays.</param>
    private sealed record Tightened(Tensor Tensor, bool[] Kept)
    {
        public ImmutableArray<T> Of<T>(ImmutableArray<T> perAxis) => [.. perAxis.Where((_, axis) => Kept[axis])];
    }
}
