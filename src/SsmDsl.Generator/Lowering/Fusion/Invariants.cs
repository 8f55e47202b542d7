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

    public static GraphProgram Run(GraphProgram program) => program with { Body = Run(program.Body, []) };

    private static ImmutableArray<Node> Run(ImmutableArray<Node> nodes, ImmutableArray<IndexVar> outer) =>
    [
        .. nodes.SelectMany<Node, Node>(n => n switch
        {
            Group group => new Taking(group, outer).Apart(),
            Recurrence { Kind: RecurrenceKind.Copies } copies => [copies with { Members = Run(copies.Members, outer.Add(copies.Step)) }],
            _ => [n],
        }),
    ];

    private sealed class Taking(Group group, ImmutableArray<IndexVar> outer)
    {
        private readonly ScalarFacts facts = new([.. group.Body.SelectMany(NodeParts.Equations).Select(e => e.Target)], new Dictionary<IndexVar, IndexVar>());
        private readonly CanonicalVariables canonical = new(v => group.Rows.Contains(v) || v == group.Lane || outer.Contains(v));
        private readonly Dictionary<int, Equation> taken = [];

        public IEnumerable<Node> Apart()
        {
            Group rest = group with
            {
                Members = Rewritten(group.Members),
                Chunks = group.Chunks is { Replay: { } replay } chunks ? chunks with { Replay = replay with { Members = Rewritten(replay.Members) } } : group.Chunks,
            };
            return [.. taken.OrderBy(t => t.Key).Select(t => t.Value), rest];
        }

        private ImmutableArray<Node> Rewritten(ImmutableArray<Node> members) => members.MapEquations(e => e with { Body = Rewritten(e.Body) });

        private Scalar Rewritten(Scalar scalar) => IsWorthTaking(scalar) ? Read(scalar) : scalar switch
        {
            ApplyScalar a => a with { Arguments = [.. a.Arguments.Select(Rewritten)] },
            SelectScalar s => new SelectScalar(s.Condition, Rewritten(s.Then), Rewritten(s.Else)),
            _ => scalar,
        };

        private bool IsWorthTaking(Scalar scalar)
        {
            if (scalar.Type != ElementType.Real || facts.Of(scalar) is not { IsSafe: true, IsStill: true, IsTrivial: false }) return false;
            IndexVar[] variables = [.. scalar.Variables().Distinct()];
            if (variables.All(outer.Contains) || variables.Any(v => IsStep(v) || !(v.Size.IsConstant || outer.Contains(v)))) return false;
            if (scalar.All().Any(s => s is DrawScalar or RunScalar)) return false;
            long elements = variables.Where(v => !outer.Contains(v)).Aggregate(1L, (n, v) => v.Size.TryGetConstant(out long size) ? Math.Min(MostElements + 1, n * size) : n);
            return elements <= MostElements && (ScalarCost.Of(scalar) - scalar.Loads().Count() >= LeastCost || scalar.Loads().Any(IsReadApart));
        }

        private bool IsStep(IndexVar variable) =>
            variable == group.Step || variable == group.Chunks?.Chunk || variable == group.Chunks?.Replay?.Step;

        /// <summary>Neighbours along the lane do not lie side by side.</summary>
        private bool IsReadApart(LoadScalar load)
        {
            if (group.Lane is not { } lane) return false;
            for (int axis = 0; axis < load.Indices.Length; axis++)
                if (load.Indices[axis].Variables().Contains(lane)) return axis < load.Indices.Length - 1 && !load.Tensor.Axes[axis].Extent.Equals((Dim)1);
            return false;
        }

        private LoadScalar Read(Scalar scalar)
        {
            int number = facts.Of(canonical.Of(scalar)).Number;
            ImmutableArray<IndexVar> own = Order(scalar);
            if (!taken.TryGetValue(number, out Equation equation)) taken[number] = equation = Definition(scalar, own);
            return new LoadScalar(equation.Target, [.. own.Select(Index.Of)], [.. own.Select(_ => AxisAccess.InRange)]);
        }

        /// <summary>Rows, what is within a row in the order of the text, the lane.</summary>
        private ImmutableArray<IndexVar> Order(Scalar scalar) => group.Ordered(scalar.Variables().Distinct().Where(v => !outer.Contains(v)));

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
