using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using SsmDsl.Semantics;
using SsmDsl.Semantics.Checking;

namespace SsmDsl.Checks;

/// <summary>The statements of a body or of the body of a repeat, and the recurrences among them.</summary>
internal sealed record LayerBody(ImmutableArray<CheckedCall> Calls, ImmutableArray<ScheduledRecurrence> Recurrences);

/// <summary>
/// What follows from a layer's body alone, whatever uses it: found once, for layers of the library once in a process. Immutable.
/// </summary>
internal sealed class LayerFacts
{
    private static readonly ConditionalWeakTable<CheckedLayer, LayerFacts> known = new();

    private readonly Lazy<HashSet<Local>> needed;
    private readonly Lazy<ImmutableArray<LayerBody>> bodies;
    private readonly Lazy<bool> recurs;

    private LayerFacts(CheckedLayer layer)
    {
        Statements = [.. layer.Body.All()];
        Sources = Needs.Sources(layer.Body);
        Equations = Statements.OfType<CheckedEquation>().Where(e => !e.IsInitial).ToLookup(e => e.Target);
        Calls = Statements.OfType<CheckedCall>().SelectMany(c => c.Results.OfType<Local>(), (c, result) => (c, result))
            .GroupBy(p => p.result).ToDictionary(g => g.Key, g => g.First().c);
        Carried = [.. Statements.OfType<CheckedRepeat>().SelectMany(r => r.Carried).SelectMany(c => new[] { c.Entry, c.After })];
        needed = new(() => Needs.Of(Sources, layer.Outputs.Select(o => o.Value)));
        bodies = new(() => [.. Bodies(layer, layer.Body)]);
        recurs = new(() => bodies.Value.Any(b => !b.Recurrences.IsEmpty || b.Calls.Any(c => Of(c.Instance.Layer).Recurs)));
    }

    /// <summary>All statements, those in repeats included.</summary>
    public ImmutableArray<CheckedStatement> Statements { get; }

    /// <summary>What each name reads.</summary>
    public ILookup<Local, Local> Sources { get; }

    /// <summary>The equations of each name, without those for initial states.</summary>
    public ILookup<Local, CheckedEquation> Equations { get; }

    /// <summary>The call that gives a name its value.</summary>
    public IReadOnlyDictionary<Local, CheckedCall> Calls { get; }

    /// <summary>What is carried from copy to copy of a repeat.</summary>
    public HashSet<Local> Carried { get; }

    /// <summary>The names on which the outputs depend.</summary>
    public HashSet<Local> Needed => needed.Value;

    /// <summary>The layer's body, then those of its repeats.</summary>
    public ImmutableArray<LayerBody> All => bodies.Value;

    /// <summary>It has a recurrence, or a layer in it has.</summary>
    public bool Recurs => recurs.Value;

    public static LayerFacts Of(CheckedLayer layer) => known.GetValue(layer, l => new LayerFacts(l));

    private static IEnumerable<LayerBody> Bodies(CheckedLayer layer, ImmutableArray<CheckedStatement> body)
    {
        ImmutableHashSet<DimSymbol> moving = [.. layer.Dimensions.Where(d => d.IsSequence).Select(d => d.Symbol)];
        Schedule? schedule = RunGraph.Of(body, moving, layer.NameSpan).Schedule();
        var own = new LayerBody([.. body.OfType<CheckedCall>()], schedule is null ? [] : [.. schedule.Items.OfType<ScheduledRecurrence>()]);
        return body.OfType<CheckedRepeat>().SelectMany(r => Bodies(layer, r.Body)).Prepend(own);
    }
}
