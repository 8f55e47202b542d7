using System.Collections.Immutable;
using SsmDsl.Semantics;

namespace SsmDsl.Checks;

/// <summary>A body whose statements belong to a cycle: that in which the cycle stands, or that of a layer which a call of the cycle uses.</summary>
/// <param name="use">Words and conditions that are known at compile time.</param>
/// <param name="caller">The frame of the call, or null.</param>
/// <param name="prefix">The positions on the axes over which the call is lifted.</param>
internal sealed class CycleFrame(StepFrame use, CycleFrame? caller, CheckedCall? call, ImmutableArray<AffineForm?> prefix)
{
    private readonly LayerFacts facts = LayerFacts.Of(use.Layer);
    private readonly Dictionary<CheckedCall, StepFrame> entered = [];

    public StepFrame Use { get; } = use;
    public CycleFrame? Caller { get; } = caller;
    public CheckedCall? Call { get; } = call;
    public ImmutableArray<AffineForm?> Prefix { get; } = prefix;

    public IEnumerable<CheckedEquation> EquationsOf(Local local) => facts.Equations[local];

    public CheckedCall? CallOf(Local local) => facts.Calls.TryGetValue(local, out CheckedCall? call) ? call : null;

    /// <summary>What is carried from copy to copy has no single equation.</summary>
    public bool IsCarried(Local local) => facts.Carried.Contains(local);

    public int InputOf(Local local)
    {
        for (int i = 0; i < Use.Layer.Inputs.Length; i++)
        {
            if (ReferenceEquals(Use.Layer.Inputs[i].Local, local)) return i;
        }

        return -1;
    }

    public CycleFrame Enter(CheckedCall inner, ImmutableArray<AffineForm?> lifted)
    {
        if (!entered.TryGetValue(inner, out StepFrame? frame)) entered.Add(inner, frame = StepFrames.Enter(inner, Use));
        return new CycleFrame(frame, this, inner, lifted);
    }
}
