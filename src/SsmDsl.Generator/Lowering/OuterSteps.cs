using System.Collections.Immutable;
using SsmDsl.Ir;

namespace SsmDsl.Lowering;

/// <summary>Nodes inside of loops over copies: the loops around run outside of the kernel, which only reads their counters.</summary>
internal static class OuterSteps
{
    /// <summary>The node with equations that do not loop over these steps.</summary>
    public static Node Without(Node node, ImmutableArray<IndexVar> steps) =>
        steps.IsEmpty ? node : NodeParts.Map(node, e => e with { Axes = [.. e.Axes.Where(a => !steps.Contains(a))] });
}
