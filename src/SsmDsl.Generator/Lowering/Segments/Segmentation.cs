using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Lowering.Fusion;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering;

/// <summary>
/// Runs linear recurrences in segments of the sequence side by side, where the elements of a step do not
/// fill the device (<see cref="SegmentRule"/>). How many segments there are is decided when the program runs.
/// </summary>
/// <param name="Sizes">Those in the program that depend on others.</param>
internal sealed record Segmentation(GraphProgram Program, ImmutableArray<DerivedSize> Sizes, ImmutableArray<SegmentedSteps> Steps)
{
    public static Segmentation Of(GraphProgram program, LoweringTarget target) =>
        target.Segments is { } rule ? new SegmentationPass(program, target, rule).Run() : new Segmentation(program, [], []);
}

/// <param name="rule">Of the target.</param>
internal sealed class SegmentationPass(GraphProgram program, LoweringTarget target, SegmentRule rule)
{
    private readonly TensorUsers users = new(program);
    private readonly Dictionary<(Dim Rows, Dim Steps, long Unit), (Dim Length, Dim Count)> known = [];
    private readonly ImmutableArray<DerivedSize>.Builder sizes = ImmutableArray.CreateBuilder<DerivedSize>();
    private readonly ImmutableArray<SegmentedSteps>.Builder segmented = ImmutableArray.CreateBuilder<SegmentedSteps>();

    public Segmentation Run()
    {
        ImmutableArray<Node> body = Run(program.Body, []);
        return new Segmentation(program with { Body = body }, sizes.ToImmutable(), segmented.ToImmutable());
    }

    private ImmutableArray<Node> Run(ImmutableArray<Node> nodes, ImmutableArray<IndexVar> outer)
    {
        var result = ImmutableArray.CreateBuilder<Node>();
        var merged = new Dictionary<Node, Node>(ReferenceComparer.Instance);
        foreach (Node node in nodes)
        {
            if (node is Recurrence { Kind: RecurrenceKind.Copies } copies) result.Add(copies with { Members = Run(copies.Members, outer.Add(copies.Step)) });
            else if (node is Group group && Segmented(group, outer) is { } parts) result.AddRange(Merged(group, parts, nodes, merged));
            else result.Add(merged.TryGetValue(node, out Node other) ? other : node);
        }

        return result.ToImmutable();
    }

    private SegmentedGroup? Segmented(Group group, ImmutableArray<IndexVar> outer)
    {
        Dim rows = group.Rows.Append(group.Lane).OfType<IndexVar>().Aggregate((Dim)1, (n, r) => n * r.Size), steps = group.Step.Size;
        if (rule.Wanted(rows, steps).TryGetConstant(out long wanted) && wanted <= 1) return null;
        var elements = new GroupElements(group, outer);
        bool IsPrivate(Tensor tensor) => users.IsPrivate(tensor, group);
        if (SegmentPlan.Find(group, elements, IsPrivate) is not { } plan) return null;
        long unit = group.Chunks?.Length ?? 1;
        (Dim length, Dim count) = Sizes(rows, steps, unit);
        SegmentedGroup? parts = SegmentedGroup.Of(plan, elements, length, count, IsPrivate, (g, own) => HasRoom(g, own, outer, IsPrivate));
        if (parts is not null) segmented.Add(new SegmentedSteps([.. plan.States.Select(s => s.Target.Name)], rows, steps, length * unit, count));
        return parts;
    }

    /// <summary>Whether the tensors get memory of the group's own.</summary>
    private bool HasRoom(Group group, IReadOnlyCollection<Tensor> own, ImmutableArray<IndexVar> outer, Func<Tensor, bool> isPrivate)
    {
        HashSet<Tensor> wanted = [.. own];
        Kernel kernel = GroupLowering.Lower(group, outer, "", new CheckTable(), t => wanted.Contains(t) || isPrivate(t), target);
        return !kernel.Tensors.Any(t => wanted.Contains(t.Tensor));
    }

    private (Dim Length, Dim Count) Sizes(Dim rows, Dim steps, long unit)
    {
        if (known.TryGetValue((rows, steps, unit), out (Dim Length, Dim Count) found)) return found;
        string number = known.Count == 0 ? "" : $"{known.Count + 1}";
        Dim length = New($"$segment{number}", SegmentRule.Length(rule.Wanted(rows, steps), steps, unit));
        return known[(rows, steps, unit)] = (length, New($"$segments{number}", SegmentRule.Count(length, steps, unit)));

        Dim New(string name, Dim value)
        {
            var symbol = new DimSymbol(name);
            sizes.Add(new DerivedSize(symbol, value));
            return Dim.Of(symbol);
        }
    }

    /// <summary>
    /// Without sums over segments that only a sum over the batch reads: that goes over segments too. One over elements as well would
    /// be too long for the few threads that it has.
    /// </summary>
    private IEnumerable<Node> Merged(Group group, SegmentedGroup parts, ImmutableArray<Node> level, Dictionary<Node, Node> merged)
    {
        var dropped = new HashSet<Node>(ReferenceComparer.Instance);
        foreach (Equation total in parts.Totals)
        {
            foreach (Equation reader in level.OfType<Equation>().Where(e => users.AreOnly(total.Target, group, e) && !merged.ContainsKey(e)))
            {
                if (WithSegments(reader, total) is not { } whole) continue;
                merged[reader] = whole;
                dropped.Add(total);
                break;
            }
        }

        return parts.Nodes.Where(n => !dropped.Contains(n));
    }

    private static Equation? WithSegments(Equation reader, Equation total)
    {
        if (reader is not { Guard: null, Accumulate: false, Reduction: { Kind: ReduceKind.Sum, Condition: null } sum, Body: LoadScalar load } || load.Tensor != total.Target) return null;
        if (sum.Axes.Any(a => a.Size.IsConstant)) return null;
        var names = new Dictionary<IndexVar, Index>();
        for (int axis = 0; axis < total.Left.Length; axis++)
        {
            if (total.Left[axis].AsVariable() is not { } variable) return null;
            names[variable] = load.Indices[axis];
        }

        return names.Count < total.Axes.Length ? null
            : reader with { Reduction = sum with { Axes = [.. sum.Axes, .. total.Reduction!.Axes] }, Body = new Substitution(names).Apply(total.Body) };
    }
}
