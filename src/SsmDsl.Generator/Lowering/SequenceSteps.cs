using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Lowering;

/// <summary>
/// Puts the steps that leave every sequence of the batch to itself beside each other. Run for one sequence after the other, what
/// one of them writes is still in a cache near the thread when the next reads it, and threads wait for each other once for all.
/// </summary>
/// <param name="nodes">What each kernel is made from.</param>
/// <param name="checks">Of the program.</param>
internal sealed class SequenceSteps(GraphProgram program, IReadOnlyDictionary<Kernel, Node> nodes, ImmutableArray<RunCheck> checks)
{
    private readonly DimSymbol? length = program.Dynamic.Skip(1).FirstOrDefault();

    public ImmutableArray<ProgramStep> Of(ImmutableArray<ProgramStep> steps) => length is null ? steps : [.. Grouped(Ordered(steps))];

    private IEnumerable<ProgramStep> Grouped(IReadOnlyList<ProgramStep> steps)
    {
        for (int at = 0; at < steps.Count;)
        {
            ImmutableArray<ProgramStep> run = [.. steps.Skip(at).TakeWhile(IsOfSequences)];
            if (run.Length > 1 || run.Any(s => s is CopiesStep)) yield return new SequencesStep(length!, run, GroupOf(run));
            else if (run.Length == 1) yield return run[0];
            at += run.Length;
            if (at < steps.Count) yield return steps[at++] is var other && other is CopiesStep copies ? copies with { Body = Of(copies.Body) } : other;
        }
    }

    /// <summary>An order with few changes between steps of sequences and others: whatever of a kind can run does.</summary>
    private List<ProgramStep> Ordered(ImmutableArray<ProgramStep> steps)
    {
        int[][] needs = Needs(steps);
        var done = new HashSet<int>();
        var order = new List<ProgramStep>();

        // The others first: many of them depend on parameters alone.
        for (bool ofSequences = false; done.Count < steps.Length; ofSequences = !ofSequences)
        {
            // Needs are of earlier steps: one pass finds all that can run.
            for (int i = 0; i < steps.Length; i++)
            {
                if (done.Contains(i) || IsOfSequences(steps[i]) != ofSequences || !needs[i].All(done.Contains)) continue;
                done.Add(i);
                order.Add(steps[i]);
            }
        }

        return order;
    }

    /// <summary>For each step the earlier ones that must have run: those that write what it touches, or touch what it writes.</summary>
    private int[][] Needs(ImmutableArray<ProgramStep> steps)
    {
        HashSet<Tensor>[] touched = [.. steps.Select(s => new HashSet<Tensor>(Storages.Tensors(s)))], written = [.. steps.Select(s => new HashSet<Tensor>(Written(s)))];
        return [.. steps.Select((_, i) => Enumerable.Range(0, i).Where(j => written[j].Overlaps(touched[i]) || written[i].Overlaps(touched[j])).ToArray())];
    }

    private static Dim? GroupOf(IEnumerable<ProgramStep> steps) =>
        steps.Select(s => s is CopiesStep copies ? GroupOf(copies.Body) : (s as PartialProductStep)?.Group).FirstOrDefault(g => g is not null);

    private IEnumerable<Tensor> Written(ProgramStep step) => step switch
    {
        ZeroStep zero => [zero.Tensor],
        KernelStep kernel => NodeParts.Equations(nodes[kernel.Kernel]).Select(e => e.Target),
        PartialProductStep product => [product.Target.Tensor],
        CopiesStep copies => copies.Body.SelectMany(Written),
        _ => throw new NotSupportedException(step.GetType().Name),
    };

    private bool IsOfSequences(ProgramStep step) => step switch
    {
        KernelStep { Kernel: var kernel } => kernel.Checks.All(c => IsOfPort(checks[c])) && SequenceScope.Holds(nodes[kernel], kernel),
        PartialProductStep => true,
        ZeroStep zero => SequenceScope.BatchAxis(zero.Tensor) == 0,
        CopiesStep copies => copies.Body.All(IsOfSequences),
        _ => false,
    };

    /// <summary>Where in a tensor a check failed is told by the sequence and the place in it: this needs a tensor that the caller knows.</summary>
    private bool IsOfPort(RunCheck check) =>
        check.Indexed is not null && program.Inputs.Any(p => p.Kind is PortKind.Input or PortKind.Target && p.Tensor.Name == check.Index);
}
