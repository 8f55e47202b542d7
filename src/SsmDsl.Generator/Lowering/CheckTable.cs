using System.Collections.Immutable;

namespace SsmDsl.Lowering;

/// <summary>Numbers the run-time checks of a program in the order in which they are met.</summary>
internal sealed class CheckTable
{
    private readonly List<RunCheck> checks = [];

    public ImmutableArray<RunCheck> All => [.. checks];

    public int Number(RunCheck check)
    {
        int known = checks.IndexOf(check);
        if (known >= 0) return known;
        checks.Add(check);
        return checks.Count - 1;
    }
}
