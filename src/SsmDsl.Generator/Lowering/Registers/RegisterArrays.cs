using System.Collections.Immutable;

namespace SsmDsl.Lowering;

/// <summary>
/// Turns small arrays of a kernel's own into variables, for a thread of a GPU has no other fast memory: loops over their elements
/// are unrolled, so that every place in them is known.
/// </summary>
internal static class RegisterArrays
{
    /// <summary>Elements of one array, and of all that become variables.</summary>
    private const long MostElements = 32, MostTogether = 96;

    public static Kernel Run(Kernel kernel)
    {
        // What only one lane sees is its thread's own, without the lanes.
        IReadOnlyList<MemoryAccess> accesses = kernel.InWarps ? MemoryAccess.Of(kernel.Body) : [];
        ImmutableDictionary<Variable, long> lanes = kernel.Locals.Where(l => WarpSchedule.LaneOf(l, accesses) is not null)
            .ToImmutableDictionary(l => l.Pointer, l => WarpSchedule.LaneOf(l, accesses)!.Value);
        ImmutableArray<LocalArray> owned = [.. kernel.Locals.Select(l => lanes.TryGetValue(l.Pointer, out long count) ? l with { Elements = l.Elements / count } : l)];
        ImmutableArray<LocalArray> chosen = Chosen(owned);
        while (!chosen.IsEmpty || !lanes.IsEmpty)
        {
            var rewriting = new RegisterRewriting(chosen, lanes);
            ImmutableArray<Statement> body = rewriting.Run(kernel.Body);
            if (rewriting.Failed.Count == 0)
            {
                return kernel with
                {
                    Locals = [.. owned.Where(l => !chosen.Contains(l))],
                    Items = body.OfType<RowsStatement>().FirstOrDefault(),
                    Body = body,
                };
            }

            chosen = [.. chosen.Where(l => !rewriting.Failed.Contains(l))];
        }

        return kernel;
    }

    /// <summary>The smallest first.</summary>
    private static ImmutableArray<LocalArray> Chosen(ImmutableArray<LocalArray> arrays)
    {
        long together = 0;
        return [.. arrays.Where(a => !a.IsShared && a.ItemElements == 0 && a.Elements <= MostElements).OrderBy(a => a.Elements).TakeWhile(a => (together += a.Elements) <= MostTogether)];
    }
}
