using System.Collections.Immutable;
using SsmDsl.Ir;

namespace SsmDsl.Lowering.Fusion;

/// <summary>
/// Where the states of a recurrence are an output, they are in memory: what runs back along the steps reads them there, and the state
/// before the first step as what it is made from. Nothing is kept beside the output then, and nothing computed again.
/// </summary>
internal static class StoredCopies
{
    public static GraphProgram Run(GraphProgram program)
    {
        HashSet<Tensor> outputs = [.. program.Outputs.Select(p => p.Tensor)], ports = [.. outputs, .. program.Inputs.Select(p => p.Tensor)];
        ImmutableArray<Node> body = program.Body;
        foreach (Equation copy in program.Body.OfType<Equation>().Where(e => outputs.Contains(e.Target) && IsCopy(e)))
            if (!ports.Contains(((LoadScalar)copy.Body).Tensor)) body = Reading(body, copy);
        return program with { Body = body };
    }

    /// <summary>o[t, …] = h[t, …], all of what h has but a place before the start.</summary>
    private static bool IsCopy(Equation equation) =>
        equation is { Reduction: null, Guard: null, Accumulate: false, Body: LoadScalar load }
        && Enumerable.Range(0, equation.Left.Length).All(i => equation.Left[i].AsVariable() is { } variable
            && load.Indices.Length > i && load.Indices[i].AsVariable() == variable && load.Tensor.Axes[i].Size.Equals(equation.Target.Axes[i].Size))
        && load.Tensor.Rank == equation.Target.Rank
        && load.Tensor.Axes.All(a => a.After == 0) && load.Tensor.Axes.Sum(a => a.Before) == 1;

    private static ImmutableArray<Node> Reading(ImmutableArray<Node> body, Equation copy)
    {
        Tensor states = ((LoadScalar)copy.Body).Tensor;
        int axis = states.Axes.ToList().FindIndex(a => a.Before == 1);
        int made = body.ToList().FindIndex(n => n is Recurrence { Reversed: false, Kind: RecurrenceKind.Sequence } r && r.Members.Equations().Any(e => e.Target == states));
        int back = body.ToList().FindIndex(n => n is Recurrence { Reversed: true, Kind: RecurrenceKind.Sequence });
        Equation[] starts = [.. body.OfType<Equation>().Where(e => e.Target == states)];
        if (made < 0 || back < made || starts.Length > 1 || !starts.All(s => IsStart(s, axis))) return body;
        ImmutableArray<Node> after = [.. body.Skip(back)];
        if (after.Equations().SelectMany(NodeParts.Loads).Any(l => l.Tensor == states && l.Access.Any(a => a != AxisAccess.InRange))) return body;
        return [.. body.Take(made + 1), copy, .. body.Take(back).Skip(made + 1).Where(n => n != copy), .. Replaced([.. after.Where(n => n != copy)])];

        ImmutableArray<Node> Replaced(ImmutableArray<Node> nodes) => nodes.MapEquations(e => Reads(e, states) ? e.MapParts(Read) : e);

        Scalar Read(Scalar part)
        {
            if (part is not LoadScalar load || load.Tensor != states) return part;
            Scalar stored = load with { Tensor = copy.Target };
            if (IndexBounds.Of(load.Indices[axis]) is var (low, _) && Places.IsAtLeast(low, 0)) return stored;
            return Scalars.Select(Scalars.Compare(Semantics.ScalarOp.GreaterOrEqual, Scalars.Of(load.Indices[axis]), Scalars.Int(0)), stored, Start(load));
        }

        Scalar Start(LoadScalar load) => starts.Length == 0
            ? Scalars.Zero(states.Element)
            : new Substitution(starts[0].Left.Select((l, i) => (l, i)).Where(p => p.i != axis).ToDictionary(p => p.l.AsVariable()!, p => load.Indices[p.i])).Apply(starts[0].Body);
    }

    /// <summary>h[-1, …] = …</summary>
    private static bool IsStart(Equation equation, int axis) =>
        equation is { Reduction: null, Guard: null, Accumulate: false } && equation.Left[axis].IsConstant(out long place) && place == -1
        && equation.Left.Where((_, i) => i != axis).All(l => l.AsVariable() is not null)
        && equation.Axes.Length == equation.Left.Length - 1;

    private static bool Reads(Equation equation, Tensor tensor) => NodeParts.Loads(equation).Any(l => l.Tensor == tensor);
}
