using System.Collections.Immutable;
using SsmDsl.Semantics;

namespace SsmDsl.Expansion;

/// <summary>Where the position on an axis of a slot comes from, seen from a frame.</summary>
internal abstract record AxisSource;

/// <summary>An index that stands in the brackets of the read.</summary>
internal sealed record OwnAxis(int Number) : AxisSource;

/// <summary>A prefix axis of the reading equation, shifted.</summary>
internal sealed record PrefixSource(PrefixAxis Axis, int Shift = 0) : AxisSource;

internal sealed record FixedSource(Dim Position) : AxisSource;

/// <summary>How a name of a frame reads a slot, which may have been made in another frame.</summary>
/// <param name="Prefix">Sources for prefix axes of the slot; one without an entry is the reader's own.</param>
/// <param name="Own">Sources for the slot's own axes.</param>
internal sealed record View(Slot Slot, ImmutableDictionary<PrefixAxis, AxisSource> Prefix, ImmutableArray<AxisSource> Own)
{
    private static readonly ImmutableDictionary<PrefixAxis, AxisSource> none = ImmutableDictionary<PrefixAxis, AxisSource>.Empty;

    /// <summary>The slot as its own frame sees it.</summary>
    public static View Of(Slot slot) => Of(slot, none);

    public static View Of(Slot slot, PrefixAxis axis, AxisSource source) => Of(slot, none.Add(axis, source));

    public static View Of(Slot slot, ImmutableDictionary<PrefixAxis, AxisSource> prefix) =>
        new(slot, prefix, [.. slot.Shape.Select((_, i) => new OwnAxis(i))]);

    public AxisSource SourceOf(PrefixAxis axis) => Prefix.TryGetValue(axis, out AxisSource? source) ? source : new PrefixSource(axis);

    /// <summary>A lifted argument as the callee sees it: its leading axes are the call's.</summary>
    public View Entered(ImmutableArray<PrefixAxis> lifts) => Map(source => source switch
    {
        OwnAxis own when own.Number < lifts.Length => new PrefixSource(lifts[own.Number]),
        OwnAxis own => new OwnAxis(own.Number - lifts.Length),
        _ => source,
    });

    /// <summary>A lifted result as the caller sees it: the call's axes are its leading ones.</summary>
    public View Left(ImmutableArray<PrefixAxis> lifts)
    {
        View view = this;
        foreach (PrefixAxis lift in lifts)
        {
            if (!Prefix.ContainsKey(lift)) view = view with { Prefix = view.Prefix.Add(lift, new PrefixSource(lift)) };
        }
        return view.Map(source => source switch
        {
            OwnAxis own => new OwnAxis(own.Number + lifts.Length),
            PrefixSource prefix when lifts.IndexOf(prefix.Axis) is >= 0 and var number => new OwnAxis(number),
            _ => source,
        });
    }

    /// <summary>The prefix axes of the reading frame on which the value depends.</summary>
    public IEnumerable<PrefixAxis> Dependences =>
        Slot.DependsOn.Select(SourceOf).Concat(Own).OfType<PrefixSource>().Select(p => p.Axis);

    private View Map(Func<AxisSource, AxisSource> map) =>
        this with { Prefix = Prefix.ToImmutableDictionary(p => p.Key, p => map(p.Value)), Own = [.. Own.Select(map)] };
}
