using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Passes;

/// <summary>
/// Where a tensor is an element-by-element copy of an intermediate one, the intermediate one's equations write it directly.
/// </summary>
public static class Coalescing
{
    public static GraphProgram Run(GraphProgram program)
    {
        var ports = new HashSet<Tensor>(program.Inputs.Concat(program.Outputs).Select(p => p.Tensor));
        while (Find([.. program.Body.Equations()], ports) is { Merged.Count: > 0 } found)
            program = program with { Body = Without(program.Body, found.Dropped).MapEquations(e => Renamed(e, found.Merged)) };
        return program;
    }

    /// <summary>Of equations in any order.</summary>
    internal static ImmutableArray<Equation> Run(ImmutableArray<Equation> equations, ISet<Tensor> ports)
    {
        while (Find(equations, ports) is { Merged.Count: > 0 } found)
            equations = [.. equations.Where(e => !found.Dropped.Contains(e)).Select(e => Renamed(e, found.Merged))];
        return equations;
    }

    private static Equation Renamed(Equation equation, Dictionary<Tensor, Tensor> merged)
    {
        Tensor Of(Tensor tensor) => merged.TryGetValue(tensor, out Tensor? target) ? target : tensor;
        return equation.MapParts(s => s is LoadScalar load ? load with { Tensor = Of(load.Tensor) } : s) with { Target = Of(equation.Target) };
    }

    private static ImmutableArray<Node> Without(ImmutableArray<Node> nodes, HashSet<Equation> dropped) => [.. nodes
        .Where(n => n is not Equation e || !dropped.Contains(e))
        .Select(n => n is Recurrence r ? r with { Members = Without(r.Members, dropped) } : n)
        .Where(n => n is not Recurrence { Members.IsEmpty: true })];

    private static (Dictionary<Tensor, Tensor> Merged, HashSet<Equation> Dropped) Find(ImmutableArray<Equation> equations, ISet<Tensor> ports)
    {
        var merged = new Dictionary<Tensor, Tensor>();
        var dropped = new HashSet<Equation>(ByReference.Instance);
        ILookup<Tensor, LoadScalar> loads = equations.SelectMany(NodeWalk.Loads).ToLookup(l => l.Tensor);
        ILookup<Tensor, Equation> writers = equations.ToLookup(e => e.Target);
        foreach (Equation copy in equations)
        {
            if (SourceOf(copy, ports) is not { } source || ports.Contains(source) || merged.ContainsKey(source)) continue;
            // a chain of copies is merged one by one
            if (merged.ContainsKey(copy.Target) || merged.ContainsValue(source)) continue;
            if (!writers[source].Any() || !loads[source].All(l => MayRead(l, copy.Target)) || !OnlyWritesMargins(writers[copy.Target], copy)) continue;
            merged.Add(source, copy.Target);
            dropped.Add(copy);
        }

        return (merged, dropped);
    }

    private static Tensor? SourceOf(Equation copy, ISet<Tensor> ports)
    {
        if (copy is not { Reduction: null, Guard: null, Accumulate: false, Body: LoadScalar load }) return null;
        // in memory, complex tensors that cross the border are laid out otherwise
        if (load.Tensor.Element == ElementType.Complex && ports.Contains(copy.Target)) return null;
        if (load.Tensor.Rank != copy.Target.Rank || copy.Axes.Length != copy.Target.Rank) return null;
        for (int i = 0; i < copy.Left.Length; i++)
        {
            if (copy.Left[i].AsVariable() is not { } variable
                || !ReferenceEquals(load.Indices[i].AsVariable(), variable)
                || load.Tensor.Axes[i] is not { Before: 0, After: 0 } axis
                || !axis.Size.Equals(copy.Target.Axes[i].Size))
            {
                return null;
            }
        }
        return load.Tensor;
    }

    /// <summary>A read that may leave the source gives 0 there; the target may have something stored.</summary>
    private static bool MayRead(LoadScalar load, Tensor target)
    {
        for (int i = 0; i < load.Access.Length; i++)
        {
            if (load.Access[i] != AxisAccess.InRange && target.Axes[i] is not { Before: 0, After: 0 }) return false;
        }
        return true;
    }

    private static bool OnlyWritesMargins(IEnumerable<Equation> writers, Equation copy) =>
        writers.All(w => ReferenceEquals(w, copy) || w.Left.Select((l, i) => IsOutside(l, w.Target.Axes[i])).Any(outside => outside));

    private static bool IsOutside(Index index, TensorAxis axis) =>
        IndexBounds.Of(index) is var (low, high)
        && ((high.TryGetConstant(out long last) && last < 0) || ((low - axis.Size).TryGetConstant(out long after) && after >= 0));

    private sealed class ByReference : IEqualityComparer<Equation>
    {
        public static readonly ByReference Instance = new();

        public bool Equals(Equation? x, Equation? y) => ReferenceEquals(x, y);

        public int GetHashCode(Equation obj) => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(obj);
    }
}
