using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering.Fusion;

/// <summary>
/// Dear functions that several equations of a group need of the same step are computed once: where the group computes a chunk
/// again, there, and kept for the chunk.
/// </summary>
internal sealed class Sharing
{
    /// <summary>Operations of a function that is worth being kept.</summary>
    private const int LeastCost = 8;

    private readonly Group group;
    private readonly ImmutableArray<IndexVar> outer;
    private readonly ScalarFacts facts;
    private readonly CanonicalVariables canonical;
    private readonly Substitution toStep;
    private readonly Dictionary<int, Equation> shared = [];

    private Sharing(Group group, ImmutableArray<IndexVar> outer)
    {
        this.group = group;
        this.outer = outer;
        facts = new ScalarFacts([.. group.Body.SelectMany(NodeParts.Equations).Select(e => e.Target)], new Dictionary<IndexVar, IndexVar>());
        canonical = new CanonicalVariables(v => group.Rows.Contains(v) || v == group.Lane || v == group.Step || outer.Contains(v));
        toStep = new Substitution(Replay is { } replay ? new Dictionary<IndexVar, Index> { [replay.Step] = Index.Of(group.Step) } : []);
    }

    private Replay? Replay => group.Chunks?.Replay;

    public static Group Of(Group group, ImmutableArray<IndexVar> outer)
    {
        if (group.Members.Any(m => m is not Equation)) return group;
        var sharing = new Sharing(group, outer);
        sharing.Find();
        return sharing.shared.Count == 0 ? group : sharing.Rewritten();
    }

    /// <summary>Makes an equation for each function that two equations have.</summary>
    private void Find()
    {
        var users = new Dictionary<int, HashSet<Equation>>();
        foreach (Equation equation in (Replay?.Members ?? []).Concat(group.Members).Cast<Equation>())
        {
            foreach (Scalar function in Functions(equation.Body))
            {
                int number = Number(function);
                if (!users.TryGetValue(number, out HashSet<Equation> all)) users[number] = all = [];
                all.Add(equation);
                if (all.Count == 2) shared[number] = Definition(function);
            }
        }
    }

    /// <summary>The outermost functions that may be shared.</summary>
    private IEnumerable<Scalar> Functions(Scalar scalar) => MayBeShared(scalar) ? [scalar] : scalar switch
    {
        ApplyScalar a => a.Arguments.SelectMany(Functions),
        SelectScalar s => Functions(s.Condition).Concat(Functions(s.Then)).Concat(Functions(s.Else)),
        _ => [],
    };

    private bool MayBeShared(Scalar scalar)
    {
        if (scalar is not ApplyScalar { Type: ElementType.Real } function || ScalarOps.Row(function.Op).Cost < LeastCost) return false;
        if (facts.Of(scalar) is not { IsSafe: true, IsStill: true } || scalar.All().Any(s => s is DrawScalar)) return false;
        return scalar.Variables().All(v => v.Size.IsConstant || group.Rows.Contains(v) || IsStep(v) || outer.Contains(v)) && scalar.Variables().Any(IsStep)
            && scalar.Loads().SelectMany(l => l.Indices).Concat(scalar.All().OfType<IndexScalar>().Select(i => i.Value))
                .All(p => !p.Variables().Any(IsStep) || p.AsVariable() is not null);
    }

    private bool IsStep(IndexVar variable) => variable == group.Step || variable == Replay?.Step;

    /// <summary>An index of what lies within a row, the lane excepted.</summary>
    private bool IsWithin(IndexVar variable) => variable != group.Lane && !group.Rows.Contains(variable) && !outer.Contains(variable);

    private int Number(Scalar function) => facts.Of(canonical.Of(toStep.Apply(function))).Number;

    private Equation Definition(Scalar function)
    {
        IndexVar step = Replay?.Step ?? group.Step;
        Scalar body = Replay is null ? function : new Substitution(new Dictionary<IndexVar, Index> { [group.Step] = Index.Of(step) }).Apply(function);
        IndexVar[] within = [.. body.Variables().Distinct().Where(v => v != step && IsWithin(v))];
        IndexVar[] lane = body.Variables().Contains(group.Lane!) ? [group.Lane!] : [];
        ImmutableArray<IndexVar> axes = [.. group.Rows, step, .. within, .. lane];
        string name = $"{((ApplyScalar)function).Op.ToString().ToLowerInvariant()}.{function.Loads().Select(l => l.Tensor.Name).FirstOrDefault()}";
        TensorAxis Axis(IndexVar a) => new(a.Size, a == step && Replay is { } replay ? replay.Behind : 0);
        var target = new Tensor(name, ElementType.Real, [.. axes.Select(Axis)]);
        return new Equation(target, axes, [.. axes.Select(Index.Of)], null, body);
    }

    private Group Rewritten()
    {
        Equation[] made = [.. shared.OrderBy(s => s.Key).Select(s => s.Value)];
        ImmutableDictionary<Tensor, ImmutableArray<Index?>> shapes = group.Shapes.SetItems(made.Select(e =>
            new KeyValuePair<Tensor, ImmutableArray<Index?>>(e.Target, [.. e.Axes.Select(Shape)])));
        if (Replay is not { } replay) return group with { Shapes = shapes, Members = Inserted(made) };
        Replay again = replay with
        {
            Members = [.. made, .. replay.Members.MapEquations(Reading)],
            Tensors = replay.Tensors.Union(made.Select(e => e.Target)),
        };
        return group with { Shapes = shapes, Members = group.Members.MapEquations(Reading), Chunks = group.Chunks! with { Replay = again } };
    }

    private Index? Shape(IndexVar axis) =>
        IsStep(axis) ? Index.Of(group.Step) : axis == group.Lane || group.Rows.Contains(axis) ? Index.Of(axis) : null;

    /// <summary>Each right before its first reader.</summary>
    private ImmutableArray<Node> Inserted(Equation[] made)
    {
        var members = ImmutableArray.CreateBuilder<Node>();
        var left = made.ToList();
        foreach (Equation member in group.Members.Cast<Equation>())
        {
            Equation reading = Reading(member);
            foreach (Equation definition in left.Where(d => NodeParts.Loads(reading).Any(l => l.Tensor == d.Target)).ToArray())
            {
                members.Add(definition);
                left.Remove(definition);
            }

            members.Add(reading);
        }

        return members.ToImmutable();
    }

    private Equation Reading(Equation equation) => equation with { Body = Reading(equation.Body) };

    private Scalar Reading(Scalar scalar)
    {
        if (MayBeShared(scalar)) return shared.TryGetValue(Number(scalar), out Equation definition) ? Read(definition, scalar) : scalar;
        return scalar switch
        {
            ApplyScalar a => a with { Arguments = [.. a.Arguments.Select(Reading)] },
            SelectScalar s => new SelectScalar(Reading(s.Condition), Reading(s.Then), Reading(s.Else)),
            _ => scalar,
        };
    }

    /// <summary>The same element under the reader's names of what is within a row.</summary>
    private LoadScalar Read(Equation definition, Scalar scalar)
    {
        IndexVar step = scalar.Variables().First(IsStep);
        IndexVar[] own = [.. scalar.Variables().Distinct().Where(v => !IsStep(v) && IsWithin(v))];
        int at = 0;
        Index[] place = [.. definition.Axes.Select(a => Index.Of(IsStep(a) ? step : a == group.Lane || group.Rows.Contains(a) ? a : own[at++]))];
        return Scalars.Read(definition.Target, [.. place]);
    }
}
