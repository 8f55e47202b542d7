using System.Collections.Immutable;
using SsmDsl.Ir;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Passes;

/// <summary>
/// Reads of a tensor that is a copy, a slice or a transposition of another become reads of that one, where that gives the
/// same value at every position: every place is written once, and before the copy of it.
/// </summary>
public static class CopyForwarding
{
    public static GraphProgram Run(GraphProgram program)
    {
        var ports = new HashSet<Tensor>(program.Inputs.Concat(program.Outputs).Select(p => p.Tensor));
        Dictionary<Tensor, Equation> copies = Copies(program.Body.Equations(), ports);
        return copies.Count == 0 ? program : program with { Body = program.Body.MapEquations(e => Forward(e, copies)) };
    }

    /// <summary>Of equations in any order.</summary>
    internal static ImmutableArray<Equation> Run(ImmutableArray<Equation> equations, ISet<Tensor> ports)
    {
        Dictionary<Tensor, Equation> copies = Copies(equations, ports);
        return copies.Count == 0 ? equations : [.. equations.Select(e => Forward(e, copies))];
    }

    private static Dictionary<Tensor, Equation> Copies(IEnumerable<Equation> equations, ISet<Tensor> ports) => equations
        .GroupBy(e => e.Target)
        .Where(g => g.Count() == 1 && !ports.Contains(g.Key) && IsCopy(g.First()))
        .ToDictionary(g => g.Key, g => g.First());

    private static Equation Forward(Equation equation, Dictionary<Tensor, Equation> copies) =>
        equation.MapParts(s => s is LoadScalar load ? Forward(load, copies) : s);

    /// <summary>target[i, j, …] = source[…] for all places of a target without margins.</summary>
    private static bool IsCopy(Equation equation) =>
        equation is { Reduction: null, Guard: null, Accumulate: false, Body: LoadScalar load }
        && !load.Indices.Any(IndexArithmetic.HasLookup)
        && equation.Target.Axes.All(a => a is { Before: 0, After: 0 })
        && equation.Left.All(l => l.AsVariable() is not null)
        && equation.Left.Select(l => l.AsVariable()).Distinct().Count() == equation.Axes.Length
        && equation.Left.Length == equation.Axes.Length;

    private static LoadScalar Forward(LoadScalar load, Dictionary<Tensor, Equation> copies)
    {
        var seen = new HashSet<Tensor>();
        while (seen.Add(load.Tensor) && copies.TryGetValue(load.Tensor, out Equation? copy) && Through(load, copy) is { } source) load = source;
        return load;
    }

    private static LoadScalar? Through(LoadScalar load, Equation copy)
    {
        var source = (LoadScalar)copy.Body;
        var access = source.Access.ToArray();
        for (int axis = 0; axis < load.Indices.Length; axis++)
        {
            if (load.Access[axis] == AxisAccess.InRange) continue;
            // what happens outside of the copy must happen outside of the source
            IndexVar variable = copy.Left[axis].AsVariable()!;
            var uses = Enumerable.Range(0, source.Indices.Length).Where(i => source.Indices[i].Variables().Contains(variable)).ToList();
            if (uses.Count != 1
                || !ReferenceEquals(source.Indices[uses[0]].AsVariable(), variable)
                || source.Tensor.Axes[uses[0]] is not { Before: 0, After: 0 } sourceAxis
                || !sourceAxis.Size.Equals(copy.Target.Axes[axis].Size))
            {
                return null;
            }

            access[uses[0]] = load.Access[axis];
        }

        var substitution = new Substitution(Enumerable.Range(0, load.Indices.Length)
            .ToDictionary(axis => copy.Left[axis].AsVariable()!, axis => load.Indices[axis]));
        ImmutableArray<Index> indices = substitution.Apply(source.Indices);
        for (int i = 0; i < access.Length; i++)
        {
            if (access[i] == AxisAccess.Padded && IndexBounds.IsWithin(indices[i], source.Tensor.Axes[i])) access[i] = AxisAccess.InRange;
            if (indices[i].HasLookup() && access[i] != AxisAccess.Checked) return null;
        }
        return new LoadScalar(source.Tensor, indices, [.. access]);
    }
}
