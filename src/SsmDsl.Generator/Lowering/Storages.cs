using System.Collections.Immutable;
using SsmDsl.Ir;

namespace SsmDsl.Lowering;

/// <summary>Decides where every tensor of a program lives, and from which step to which.</summary>
internal static class Storages
{
    public static ImmutableArray<Storage> Of(GraphProgram program, IEnumerable<ProgramStep> steps)
    {
        var slots = new Dictionary<Tensor, int>();
        int slot = 0;
        foreach (Port port in program.Inputs.Concat(program.Outputs)) slots[port.Tensor] = slot++;

        // Steps within a loop over copies count as one: what lives in it lives for all of it.
        var uses = new Dictionary<Tensor, (int First, int Last)>();
        int number = 0;
        foreach (ProgramStep step in steps)
        {
            foreach (Tensor tensor in Tensors(step))
                uses[tensor] = (uses.TryGetValue(tensor, out (int First, int Last) use) ? use.First : number, number);
            number++;
        }

        return [.. slots.Select(s => new Storage(s.Key, s.Value, uses.TryGetValue(s.Key, out (int First, int Last) use) ? use.First : 0, number)),
            .. uses.Where(u => !slots.ContainsKey(u.Key)).Select(u => new Storage(u.Key, null, u.Value.First, u.Value.Last))];
    }

    public static IEnumerable<Tensor> Tensors(ProgramStep step) => step switch
    {
        ZeroStep zero => [zero.Tensor],
        KernelStep kernel => kernel.Kernel.Tensors.Select(t => t.Tensor),
        CopiesStep copies => copies.Body.SelectMany(Tensors),
        _ => throw new NotSupportedException(step.GetType().Name),
    };
}
