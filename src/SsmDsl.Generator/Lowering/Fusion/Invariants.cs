using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering.Fusion;

/// <summary>
/// Computes what does not change along the steps of a group before it, once: functions of parameters, and elements that the
/// lanes of the group would read apart from each other, laid as they read them.
/// </summary>
internal static class Invariants
{
    /// <summary>Operations of one element that are worth a read instead.</summary>
    private const int LeastCost = 4;

    private const long MostElements = 1 << 24;

    /// <summary>Equations that give what is taken out, and the group without it.</summary>
    public static IEnumerable<Node> Of(Group group, ImmutableArray<IndexVar> outer)
    {
        var taking = new Taking(
            [.. group.Body.SelectMany(NodeParts.Equations).Select(e => e.Target)],
            group.Lane,
            v => v == group.Step || v == group.Chunks?.Chunk || v == group.Chunks?.Replay?.Step,
            group.Ordered,
            v => group.Rows.Contains(v) || v == group.Lane || outer.Contains(v),
            outer);
        Group rest = group with
        {
            Members = taking.Rewritten(group.Members),
            Chunks = group.Chunks is { Replay: { } replay } chunks ? chunks with { Replay = replay with { Members = taking.Rewritten(replay.Members) } } : group.Chunks,
        };
        return [.. taking.Taken, rest];
    }

    /// <summary>The same for an equation by itself, whose lanes run along the target's last axis.</summary>
    public static IEnumerable<Node> Of(Equation equation, ImmutableArray<IndexVar> outer)
    {
        if (equation.Accumulate || equation.Variables().All(v => v.Size.IsConstant || outer.Contains(v))) return [equation];
        var taking = new Taking([equation.Target], null, _ => false, vs => [.. vs], outer.Contains, outer);
        Equation rest = taking.Rewritten(equation);
        return [.. taking.Taken, rest];
    }

    /// <param name="common">The lane of all equations, or null where each has the last axis of its target.</param>
    private sealed class Taking(
        IReadOnlyCollection<Tensor> written, IndexVar? common, Func<IndexVar, bool> isStep, Func<IEnumerable<IndexVar>, ImmutableArray<IndexVar>> ordered,
        Func<IndexVar, bool> isCommon, ImmutableArray<IndexVar> outer)
    {
        private readonly ScalarFacts facts = new(written, new Dictionary<IndexVar, IndexVar>());
        private readonly CanonicalVariables canonical = new(isCommon);
        private readonly Dictionary<(int Number, int Lane), Equation> taken = [];
        private IndexVar? lane;

        public IEnumerable<Equation> Taken => taken.OrderBy(t => t.Key).Select(t => t.Value);

        public ImmutableArray<Node> Rewritten(ImmutableArray<Node> members) => members.MapEquations(Rewritten);

        public Equation Rewritten(Equation equation)
        {
            IndexVar? last = equation.Left.IsEmpty ? null : equation.Left[equation.Left.Length - 1].AsVariable();
            lane = common ?? (last is not null && last.Size.IsConstant && equation.Axes.Contains(last) && !isCommon(last) ? last : null);
            return equation with { Body = Rewritten(equation.Body) };
        }

        private Scalar Rewritten(Scalar scalar) => IsWorthTaking(scalar) ? Read(scalar) : scalar switch
        {
            ApplyScalar a => a with { Arguments = [.. a.Arguments.Select(Rewritten)] },
            SelectScalar s => new SelectScalar(s.Condition, Rewritten(s.Then), Rewritten(s.Else)),
            _ => scalar,
        };

        private bool IsWorthTaking(Scalar scalar)
        {
            // Decided by facts that are known of every part, before anything is walked: or each level would walk all below it.
            if (scalar.Type != ElementType.Real || facts.Of(scalar) is not { IsSafe: true, IsStill: true, IsTrivial: false, Variables: var variables }) return false;
            if (variables.All(outer.Contains) || variables.Any(v => isStep(v) || !(v.Size.IsConstant || outer.Contains(v)))) return false;
            if (scalar.All().Any(s => s is DrawScalar or RunScalar)) return false;
            long elements = variables.Where(v => !outer.Contains(v)).Aggregate(1L, (n, v) => v.Size.TryGetConstant(out long size) ? Math.Min(MostElements + 1, n * size) : n);
            return elements <= MostElements && (ScalarCost.Of(scalar) - scalar.Loads().Count() >= LeastCost || scalar.Loads().Any(IsReadApart));
        }

        /// <summary>Neighbours along the lane do not lie side by side.</summary>
        private bool IsReadApart(LoadScalar load)
        {
            if (lane is null) return false;
            for (int axis = 0; axis < load.Indices.Length; axis++)
                if (load.Indices[axis].Variables().Contains(lane)) return axis < load.Indices.Length - 1 && !load.Tensor.Axes[axis].Extent.Equals((Dim)1);
            return false;
        }

        private LoadScalar Read(Scalar scalar)
        {
            ImmutableArray<IndexVar> met = [.. scalar.Variables().Distinct()], own = Order(scalar);
            (int Number, int Lane) key = (facts.Of(canonical.Of(scalar)).Number, lane is null ? -1 : met.IndexOf(lane));
            if (!taken.TryGetValue(key, out Equation equation)) taken[key] = equation = Definition(scalar, own);
            return Scalars.Read(equation.Target, [.. own.Select(Index.Of)]);
        }

        /// <summary>Rows, what is within a row in the order of the text, the lane.</summary>
        private ImmutableArray<IndexVar> Order(Scalar scalar) =>
            [.. ordered(scalar.Variables().Distinct().Where(v => !outer.Contains(v))).OrderBy(v => v == lane ? 1 : 0)];

        private static Equation Definition(Scalar scalar, ImmutableArray<IndexVar> own)
        {
            ImmutableArray<IndexVar> axes = [.. own.Select(v => new IndexVar(v.Name, v.Size))];
            string name = scalar.Loads().Select(l => l.Tensor.Name).FirstOrDefault() ?? "fixed";
            var target = new Tensor(name, ElementType.Real, [.. axes.Select(a => new TensorAxis(a.Size))]);
            Scalar body = Substitution.Renaming(own.Zip(axes, (from, to) => (from, to))).Apply(scalar);
            return new Equation(target, axes, [.. axes.Select(Index.Of)], null, body, Comment: $"what does not change along the steps, of {name}");
        }
    }
}
