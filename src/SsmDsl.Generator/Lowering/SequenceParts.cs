using System.Collections.Immutable;
using SsmDsl.Ir;

namespace SsmDsl.Lowering;

/// <summary>
/// Tensors that only one part of a program sees which leaves every sequence to itself: sequences that run one after the other on a thread
/// can use the same memory.
/// </summary>
internal static class SequenceParts
{
    /// <summary>For each such tensor the number of its part, from 1 on.</summary>
    /// <param name="ports">Tensors that the caller sees.</param>
    public static Dictionary<Tensor, int> Of(ImmutableArray<ProgramStep> steps, IEnumerable<Tensor> ports)
    {
        HashSet<Tensor> elsewhere = [.. ports];
        var parts = new Dictionary<Tensor, int>();
        int number = 0;

        // Within loops a part runs again and again: what it leaves may be read the next time.
        foreach (ProgramStep step in steps)
        {
            HashSet<Tensor> tensors = [.. Storages.Tensors(step)];
            if (step is SequencesStep) number++;
            foreach (Tensor tensor in tensors)
            {
                if (step is not SequencesStep || SequenceScope.BatchAxis(tensor) < 0 || (parts.TryGetValue(tensor, out int other) && other != number)) elsewhere.Add(tensor);
                else parts[tensor] = number;
            }
        }

        return parts.Where(p => !elsewhere.Contains(p.Key)).ToDictionary(p => p.Key, p => p.Value);
    }
}
