using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Lowering.Fusion;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering;

/// <summary>
/// A group that finds out what each segment but the last makes of the states before it: state = given + Σ factor · state before.
/// It runs what states need, from 0, and beside it, for each state, the same without anything added, from 1.
/// </summary>
internal sealed class SegmentEffects
{
    private readonly SegmentPlan plan;
    private readonly GroupElements elements;
    private readonly Dictionary<Tensor, Tensor> alone = [];
    private readonly Dictionary<(Tensor Tensor, Tensor From), Tensor> parts = [];
    private readonly IndexVar number;
    private readonly ImmutableArray<Equation>.Builder enter = ImmutableArray.CreateBuilder<Equation>(), leave = ImmutableArray.CreateBuilder<Equation>();

    /// <param name="length">Of a segment, in steps or chunks as the group has them.</param>
    public SegmentEffects(SegmentPlan plan, GroupElements elements, Dim length, Dim count)
    {
        (this.plan, this.elements) = (plan, elements);
        number = new IndexVar("segment", count - 1);
        Group group = plan.Group;
        foreach (Tensor tensor in plan.Replayed.Concat(plan.Needed).Select(e => e.Target).Distinct()) alone[tensor] = CarriedStates.Copy(tensor, "alone");
        foreach ((Tensor from, Tensor to) in plan.Reached.SelectMany(r => r.Value.Select(to => (r.Key, to)))) parts[(to, from)] = Part(to, from);
        bool isInSteps = plan.Replayed.Concat(plan.Needed).SelectMany(NodeParts.Loads).All(IsWithinStep);
        ImmutableArray<Node> members = [.. isInSteps ? plan.Replayed.Select(InSteps) : [], .. plan.Needed.SelectMany(Members)];
        Chunks? chunks = isInSteps ? null : ChunksOf(group.Chunks!);
        IEnumerable<KeyValuePair<Tensor, ImmutableArray<Index?>>> shapes = alone.Select(a => (a.Key, a.Value)).Concat(parts.Select(p => (p.Key.Tensor, p.Value)))
            .Select(t => new KeyValuePair<Tensor, ImmutableArray<Index?>>(t.Item2, group.Shapes[t.Item1]));
        var running = group with { Rows = group.Rows.Insert(0, number), Before = [], Members = members, After = [], Chunks = chunks, Shapes = group.Shapes.SetItems(shapes) };
        Tensor[] carried = [.. plan.States.Select(s => alone[s.Target]), .. plan.States.SelectMany(s => FactorsOf(s.Target).Select(f => parts[(s.Target, f)]))];
        CarriedStates states = CarriedStates.Of(running, elements, carried, _ => true);

        var first = new IndexVar("first", group.Step.Size);
        var last = new IndexVar("last", group.Step.Size);
        foreach (Equation state in plan.States)
        {
            Given[state.Target] = Result(state, states.Places[alone[state.Target]], 0, "given", first, last);
            foreach (Tensor from in FactorsOf(state.Target))
                Factors[(state.Target, from)] = Result(state, states.Places[parts[(state.Target, from)]], state.Target == from ? 1 : 0, "factor", first, last);
        }

        Dim own = chunks is null ? length * (group.Chunks?.Length ?? 1) : length;
        Group = states.Group with { Segment = new Segment(number, count, own, first, last, enter.ToImmutable(), leave.ToImmutable(), IsAlone: true) };
        Own = [.. Group.Body.Equations().Select(e => e.Target).Where(t => !Given.ContainsValue(t) && !Factors.ContainsValue(t)).Distinct()];
    }

    public Group Group { get; }

    /// <summary>Tensors that must lie in memory of the group's own.</summary>
    public ImmutableArray<Tensor> Own { get; }

    /// <summary>Of each state: [segment, elements].</summary>
    public Dictionary<Tensor, Tensor> Given { get; } = [];

    /// <summary>Of each state and each that has a part in it.</summary>
    public Dictionary<(Tensor State, Tensor From), Tensor> Factors { get; } = [];

    /// <summary>States that a state depends on, in order.</summary>
    private IEnumerable<Tensor> FactorsOf(Tensor state) => plan.States.Select(s => s.Target).Where(from => plan.Reached[from].Contains(state));

    private static Tensor Part(Tensor tensor, Tensor from) => CarriedStates.Copy(tensor, tensor == from ? "part" : $"part.{from.Name}");

    private IEnumerable<Equation> Members(Equation equation)
    {
        yield return Alone(equation);
        foreach (Tensor from in plan.States.Select(s => s.Target))
        {
            var linear = new LinearPart(
                l => plan.IsOfStates(l, elements), l => parts.TryGetValue((l.Tensor, from), out Tensor part) ? l with { Tensor = part } : Scalars.Zero(l.Type));
            Scalar body = Read(linear.Of(equation.Body)!);
            if (!parts.TryGetValue((equation.Target, from), out Tensor target))
            {
                if (body.IsConstant(0)) continue;
                parts[(equation.Target, from)] = target = Part(equation.Target, from);
            }

            yield return equation with { Target = target, Body = body, Guard = equation.Guard is null ? null : Read(equation.Guard), Comment = $"the part of {from.Name} before the segment" };
        }
    }

    /// <summary>What is read of what is computed again is computed at the same step: it needs no chunks.</summary>
    private bool IsWithinStep(LoadScalar load)
    {
        if (plan.Replayed.FirstOrDefault(r => r.Target == load.Tensor) is not { } writer) return true;
        int axis = writer.Left.ToList().FindIndex(l => l.AsVariable() == plan.Group.Chunks!.Replay!.Step);
        return axis >= 0 && load.Indices[axis].AsVariable() is { } step && (step == plan.Group.Step || step == plan.Group.Chunks!.Replay!.Step);
    }

    private Equation InSteps(Equation replayed) =>
        Alone(replayed).Rename(new Dictionary<IndexVar, IndexVar> { [plan.Group.Chunks!.Replay!.Step] = plan.Group.Step });

    private Equation Alone(Equation equation) => equation.MapScalars(Read) with { Target = alone[equation.Target] };

    private Scalar Read(Scalar scalar) => scalar.Map(s => s is LoadScalar load && alone.TryGetValue(load.Tensor, out Tensor own) ? load with { Tensor = own } : s);

    private Chunks ChunksOf(Chunks chunks) => chunks with
    {
        Enter = [.. chunks.Enter.Where(e => alone.ContainsKey(e.Target)).Select(Alone)],
        Replay = chunks.Replay! with { Members = [.. plan.Replayed.Select(Alone)], Tensors = [.. chunks.Replay.Tensors.Where(alone.ContainsKey).Select(t => alone[t])] },
    };

    /// <summary>A number for each segment and element: what is in a place after the last step, from a value before the first.</summary>
    private Tensor Result(Equation state, Tensor place, double start, string name, IndexVar first, IndexVar last)
    {
        ImmutableArray<IndexVar> own = elements.Of(state), axes = own.Insert(0, number);
        int step = elements.StepAxis(state);
        enter.Add(new Equation(place, own, state.Left.SetItem(step, Index.Of(first).Plus(-plan.Group.Direction)), null, Scalars.Real(start)));
        var result = new Tensor($"{state.Target.Name}.{name}", state.Target.Element, [.. axes.Select(a => new TensorAxis(a.Size))], state.Target.Origin);
        ImmutableArray<Index> at = state.Left.SetItem(step, Index.Of(last));
        leave.Add(new Equation(result, axes, [.. axes.Select(Index.Of)], null, Scalars.Read(place, at), Comment: $"what a segment makes of {state.Target.Name}: {name}"));
        return result;
    }
}
