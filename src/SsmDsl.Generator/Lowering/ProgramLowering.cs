using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Lowering.Fusion;

namespace SsmDsl.Lowering;

/// <summary>Lowers a program of real tensors: one kernel per equation or group, loops over copies around them.</summary>
public static class ProgramLowering
{
    private static readonly ImmutableDictionary<Tensor, LocalLayout> NoLayouts = ImmutableDictionary<Tensor, LocalLayout>.Empty;

    public static LoweredProgram Lower(GraphProgram program, LoweringTarget target)
    {
        program = PlainPorts.Of(program);
        program = CopySinking.Run(IndexRanges.Run(TightAxes.Run(Complements.Run(Inlining.Run(Places.WithoutUnread(Places.WithoutUnitAxes(program)))))));
        program = SequenceFusion.Run(StoredCopies.Run(program), target);
        if (!target.ManyThreads) program = SequenceFusion.Run(ColumnSums.Run(program), target);
        program = GroupRefinement.Run(Recomputation.Run(program, target));
        ImmutableArray<DerivedSize> sizes = [];
        if (!target.ManyThreads)
        {
            (program, sizes) = PartialProducts.Run(program);
            program = BatchTotals.Run(program);
        }

        program = Unstacking.Run(Preparation.Hoisted(program));
        program = target.ManyThreads ? ColumnParts.Run(program) : RowGroups.Run(Panels.Run(program));
        var segmentation = Segmentation.Of(program, target);
        program = segmentation.Program;
        if (target.ManyThreads) program = TileGroups.Run(program);
        (ImmutableArray<Node> prepared, ImmutableArray<Node> others) = Preparation.Split(program);
        var checks = new CheckTable();
        var kernels = ImmutableArray.CreateBuilder<Kernel>();
        var made = new Dictionary<Kernel, Node>(ReferenceComparer.Instance);
        var users = new TensorUsers(program);
        ILookup<Tensor, Equation> writers = program.Body.SelectMany(NodeParts.Equations).ToLookup(e => e.Target);
        HashSet<Tensor> met = [.. program.Inputs.Select(p => p.Tensor)];
        ImmutableArray<ProgramStep> preparing = Steps(prepared);
        ImmutableArray<ProgramStep> steps = [.. Steps(others), .. Unwritten(program.Outputs.Select(p => p.Tensor))];
        if (!target.ManyThreads) steps = new SequenceSteps(program, made, checks.All).Of(steps);
        return new LoweredProgram(program, [.. sizes, .. segmentation.Sizes], segmentation.Steps, Storages.Of(program, preparing, steps), checks.All, kernels.ToImmutable(), preparing, steps);

        ImmutableArray<ProgramStep> Steps(ImmutableArray<Node> nodes) => [.. nodes.SelectMany(n => Step(n, []) is var s ? Unwritten(Storages.Tensors(s)).Append(s) : [])];

        ProgramStep Step(Node node, ImmutableArray<IndexVar> outer)
        {
            if (node is Recurrence { Kind: RecurrenceKind.Copies } copies)
                return new CopiesStep(copies.Step, copies.Reversed, [.. copies.Members.Select(m => Step(m, outer.Add(copies.Step)))]);
            if (node is PartialProduct partial) return partial.Step(outer);
            string name = string.Join("_", NodeParts.Equations(node).Select(e => e.Target.Name).Distinct().Take(3));
            Node inner = OuterSteps.Without(node, outer);
            Kernel kernel = inner switch
            {
                RowGroup rows => RowLowering.Lower(rows, outer, name, checks, t => users.IsPrivate(t, node) && Coverage.IsFull(t, writers[t])),
                TileGroup tiles => TileLowering.Lower(tiles, name, checks, t => users.IsPrivate(t, node) && Coverage.IsFull(t, writers[t]), target),
                Group => GroupLowering.Lower((Group)node, outer, name, checks, t => users.IsPrivate(t, node), target),
                Equation equation => ProductLowering.Lower(equation, name, target) ?? KernelLowering.Lower(inner, name, checks, NoLayouts, target),
                _ => KernelLowering.Lower(inner, name, checks, NoLayouts, target),
            };
            kernels.Add(kernel);
            made.Add(kernel, inner);
            return new KernelStep(kernel);
        }

        // Tensors met for the first time that equations do not fill
        IEnumerable<ProgramStep> Unwritten(IEnumerable<Tensor> tensors) =>
            [.. tensors.Distinct().Where(t => met.Add(t) && !Coverage.IsFull(t, writers[t])).Select(t => new ZeroStep(t))];
    }
}
