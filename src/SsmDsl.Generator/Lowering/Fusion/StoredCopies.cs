using System.Collections.Immutable;
using SsmDsl.Ir;
using Index = SsmDsl.Ir.Index;

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

    /// <summary>o[t, …] = h[t, …], all of what h has but a place before the start; o may have axes of one place beside.</summary>
    private static bool IsCopy(Equation equation) =>
        equation is { Reduction: null, Guard: null, Accumulate: false, Body: LoadScalar load }
        && equation.Left.All(IsWhole) && equation.Axes.All(a => load.Indices.Count(i => i.AsVariable() == a) == 1)
        && load.Indices.Select((index, axis) => index.AsVariable() is { } variable && load.Tensor.Axes[axis].Size.Equals(variable.Size)).All(x => x)
        && load.Tensor.Axes.All(a => a.After == 0) && load.Tensor.Axes.Sum(a => a.Before) == 1;

    private static ImmutableArray<Node> Reading(ImmutableArray<Node> body, Equation copy)
    {
        var copied = (LoadScalar)copy.Body;
        Tensor states = copied.Tensor;
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
            Scalar stored = Scalars.Read(copy.Target, Positions(copied.Indices, load).Apply(copy.Left));
            if (IndexBounds.Of(load.Indices[axis]) is var (low, _) && Places.IsAtLeast(low, 0)) return stored;
            return Scalars.Select(Scalars.Compare(Semantics.ScalarOp.GreaterOrEqual, Scalars.Of(load.Indices[axis]), Scalars.Int(0)), stored, Start(load));
        }

        Scalar Start(LoadScalar load) => starts.Length == 0 ? Scalars.Zero(states.Element) : Positions(starts[0].Left, load).Apply(starts[0].Body);
    }

    /// <summary>What the variables of a place are where that is read.</summary>
    private static Substitution Positions(ImmutableArray<Index> place, LoadScalar load) =>
        new(place.Select((p, i) => (Variable: p.AsVariable(), i)).Where(p => p.Variable is not null).ToDictionary(p => p.Variable!, p => load.Indices[p.i]));

    /// <summary>h[-1, …] = …</summary>
    private static bool IsStart(Equation equation, int axis) =>
        equation is { Reduction: null, Guard: null, Accumulate: false } && equation.Left[axis].IsConstant(out long place) && place == -1
        && equation.Left.Where((_, i) => i != axis).All(IsWhole)
        && equation.Axes.All(a => equation.Left.Any(l => l.AsVariable() == a));

    /// <summary>An axis of its own, or the only place of one.</summary>
    private static bool IsWhole(Index index) => index.AsVariable() is not null || (index.IsConstant(out long place) && place == 0);

    private static bool Reads(Equation equation, Tensor tensor) => NodeParts.Loads(equation).Any(l => l.Tensor == tensor);
}
