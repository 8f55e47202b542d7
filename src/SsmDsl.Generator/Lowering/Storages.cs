using System.Collections.Immutable;
using SsmDsl.Ir;

namespace SsmDsl.Lowering;

/// <summary>Decides where every tensor of a program lives, and from which step to which.</summary>
internal static class Storages
{
    /// <param name="preparing">Steps that fill what is kept from run to run.</param>
    public static ImmutableArray<Storage> Of(GraphProgram program, IEnumerable<ProgramStep> preparing, ImmutableArray<ProgramStep> steps)
    {
        var slots = new Dictionary<Tensor, int>();
        int slot = 0;
        foreach (Port port in program.Inputs.Concat(program.Outputs)) slots[port.Tensor] = slot++;

        HashSet<Tensor> stacked = [.. Stacked(program.Body)];
        Dictionary<Tensor, int> parts = SequenceParts.Of(steps, slots.Keys);
        var uses = new Dictionary<Tensor, (int First, int Last)>();
        int number = 0;
        Number(preparing);
        HashSet<Tensor> prepared = [.. uses.Keys];
        Number(steps);

        return [.. slots.Select(s => new Storage(s.Key, s.Value, uses.TryGetValue(s.Key, out (int First, int Last) use) ? use.First : 0, number)),
            .. uses.Where(u => !slots.ContainsKey(u.Key)).Select(u => new Storage(u.Key, null, u.Value.First, u.Value.Last, prepared.Contains(u.Key), parts.TryGetValue(u.Key, out int part) ? part : 0))];

        void Number(IEnumerable<ProgramStep> level)
        {
            foreach (ProgramStep step in level)
            {
                int start = number;
                if (step is CopiesStep copies)
                {
                    // What the copies share, or a copy hands to the next, lives for the whole loop.
                    Number(copies.Body);
                    foreach (Tensor tensor in Tensors(copies).Where(t => stacked.Contains(t) || IsUsedBefore(t, start)).ToArray())
                        Use(tensor, start, number);
                }
                else if (step is SequencesStep sequences)
                {
                    // One sequence may be at the end when another has not begun: what they share lives throughout.
                    Number(sequences.Body);
                    foreach (Tensor tensor in Tensors(sequences).Where(t => !parts.ContainsKey(t))) Use(tensor, start, number);
                }
                else
                {
                    foreach (Tensor tensor in Tensors(step)) Use(tensor, number, number);
                }

                number++;
            }
        }

        bool IsUsedBefore(Tensor tensor, int start) => slots.ContainsKey(tensor) || uses[tensor].First < start;

        void Use(Tensor tensor, int first, int last) => uses[tensor] = uses.TryGetValue(tensor, out (int First, int Last) use)
            ? (Math.Min(use.First, first), Math.Max(use.Last, last))
            : (first, last);
    }

    /// <summary>Tensors with a place for each copy.</summary>
    private static IEnumerable<Tensor> Stacked(IEnumerable<Node> nodes) => nodes.OfType<Recurrence>().Where(r => r.Kind == RecurrenceKind.Copies).SelectMany(copies =>
        copies.Members.SelectMany(NodeParts.Equations)
            .SelectMany(e => NodeParts.Loads(e).Select(l => (l.Tensor, l.Indices)).Append((e.Target, e.Left)))
            .Where(place => place.Item2.Any(i => i.Variables().Contains(copies.Step)))
            .Select(place => place.Item1)
            .Concat(Stacked(copies.Members)));

    public static IEnumerable<Tensor> Tensors(ProgramStep step) => step switch
    {
        ZeroStep zero => [zero.Tensor],
        KernelStep kernel => kernel.Kernel.Tensors.Select(t => t.Tensor),
        PartialProductStep product => product.Terms.SelectMany(t => new[] { t.Left.Tensor, t.Right.Tensor }).Append(product.Target.Tensor),
        SequencesStep sequences => sequences.Body.SelectMany(Tensors),
        CopiesStep copies => copies.Body.SelectMany(Tensors),
        _ => throw new NotSupportedException(step.GetType().Name),
    };
}
