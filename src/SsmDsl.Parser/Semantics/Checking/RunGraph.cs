using System.Collections.Immutable;
using SsmDsl.Diagnostics;
using SsmDsl.Text;

namespace SsmDsl.Semantics.Checking;

/// <summary>A read between what a run computes: positions of the reader and of the read, axis by axis.</summary>
/// <param name="Own">Null for an axis of a call's lifted ones that have no position of their own.</param>
internal sealed record RunRead(
    object Reader, object Source, ImmutableArray<AffineForm> Own, ImmutableArray<AffineForm?> Positions, Guards Guards, SourceSpan Place);

/// <summary>What a run computes and reads: whether its cycles are recurrences (SSM0301, SSM0302).</summary>
/// <param name="Moving">Dimensions that are sequences: a range over them is not static.</param>
internal sealed record RunGraph(
    ImmutableArray<DependencyNode> Nodes, ImmutableArray<RunRead> Reads, ImmutableHashSet<DimSymbol> Moving, SourceSpan Place) : Obligation(Place)
{
    public static RunGraph Of(ImmutableArray<CheckedStatement> statements, ImmutableHashSet<DimSymbol> moving, SourceSpan place)
    {
        var nodes = new List<DependencyNode>();
        var reads = new List<RunRead>();
        var keys = new HashSet<object>(ByReference.Comparer);
        void node(object key, int axes)
        {
            if (keys.Add(key)) nodes.Add(new DependencyNode(key, axes));
        }

        foreach (CheckedStatement statement in statements)
        {
            if (statement is CheckedEquation e) node(e.Target, e.Target.Type.Rank);
            if (statement is not CheckedCall c) continue;
            node(c, c.Lifted.Length);
            foreach (Local? result in c.Results) if (result is not null) node(result, result.Type.Rank);
        }
        foreach (CheckedStatement statement in statements)
        {
            if (statement is CheckedEquation e)
            {
                var own = e.Left.Select(l => AffineReader.TryRead(l)).ToList();
                if (own.Any(o => o is null)) continue;
                reads.AddRange(ReadSites.Of(e, []).Where(s => keys.Contains(s.Read.Local)).Select(s => new RunRead(
                    e.Target, s.Read.Local, [.. own!], [.. s.Read.Indices.Select(AffineReader.TryRead)], s.Guards, s.Read.Span)));
            }
            else if (statement is CheckedCall c) reads.AddRange(OfCall(c, keys));
        }
        return new RunGraph([.. nodes], [.. reads], moving, place);
    }

    /// <summary>A call goes along with its lifted axes; on the others anything may be read.</summary>
    private static IEnumerable<RunRead> OfCall(CheckedCall call, HashSet<object> keys)
    {
        ImmutableArray<AffineForm> lifted = [.. call.Lifted.Select((size, i) => AffineForm.Variable((call, i), size))];
        for (int i = 0; i < call.Arguments.Length; i++)
        {
            if (call.Arguments[i] is not { } argument || !keys.Contains(argument)) continue;
            int shared = call.ArgumentIsLifted[i] ? lifted.Length : 0;
            yield return new RunRead(call, argument, lifted, Along(lifted, shared, argument.Type.Rank), Guards.None, call.Span);
        }
        for (int i = 0; i < call.Results.Length; i++)
        {
            if (call.Results[i] is not { } result) continue;
            int shared = result.Type.Rank > call.Instance.Layer.Outputs[i].Type.Rank ? lifted.Length : 0;
            ImmutableArray<AffineForm> own = [.. Enumerable.Range(0, result.Type.Rank).Select(axis =>
                axis < shared ? lifted[axis] : AffineForm.Variable((call, i, axis), result.Type.Shape[axis]))];
            yield return new RunRead(result, call, own, Along(lifted, shared, lifted.Length), Guards.None, call.Span);
        }
    }

    private static ImmutableArray<AffineForm?> Along(ImmutableArray<AffineForm> lifted, int shared, int rank) =>
        [.. Enumerable.Range(0, rank).Select(axis => axis < shared ? lifted[axis] : null)];

    /// <summary>The order and the recurrences; null without a cycle.</summary>
    public Schedule? Schedule()
    {
        var numbers = new Dictionary<object, int>(ByReference.Comparer);
        foreach (DependencyNode node in Nodes) numbers.Add(node.Key, numbers.Count);
        (int From, int To)[] needs = [.. Reads.Select(r => (numbers[r.Reader], numbers[r.Source]))];
        // only what stands in a cycle needs a closer look
        var cyclic = new Dictionary<int, int>();
        foreach (IReadOnlyList<int> component in StronglyConnected.Order(Nodes.Length, needs))
        {
            if (component.Count == 1 && !needs.Contains((component[0], component[0]))) continue;
            foreach (int node in component) cyclic.Add(node, component[0]);
        }
        if (cyclic.Count == 0) return null;
        int? cycle(object key) => cyclic.TryGetValue(numbers[key], out int first) ? first : null;
        return RecurrenceScheduler.Order(
            [.. Nodes.Where(n => cycle(n.Key) is not null)],
            Reads.Where(r => cycle(r.Reader) is { } own && own == cycle(r.Source)).Select(ToDependency));
    }

    private DependencyRead ToDependency(RunRead read)
    {
        var own = read.Own.SelectMany(o => o.Variables).Distinct().ToList();
        return new DependencyRead(read.Reader, read.Source,
            [.. read.Own.Select(o => read.Positions.Select(p => AxisShift.Between(p, o, read.Guards, own, IsStatic)).ToImmutableArray())], read);
    }

    private bool IsStatic(Dim range) => !range.Symbols.Overlaps(Moving);

    private RecurrenceError? Error => Schedule()?.Errors.FirstOrDefault();

    public override DiagnosticCode Code => Error is { Kind: RecurrenceErrorKind.BothDirections } ? DiagnosticCodes.BothDirections : DiagnosticCodes.DependsOnItself;

    public override string Message => Error is { } error ? RecurrenceText.Of(error) : "";

    public override Obligation Fault => Error is { } error
        ? new CertainFault(Code, RecurrenceText.Of(error), ((RunRead)error.Read.Place).Place, error.Other is { Place: RunRead other } ? new RelatedPlace(other.Place, "the read in the other direction") : null)
        : this;

    public override Verdict Decide(ImmutableHashSet<DimSymbol>? dynamic) =>
        Error is not { } error ? Verdict.Proven : error.IsCertain ? Verdict.Refuted : dynamic is null ? Verdict.Unknown : Verdict.Refuted;

    public override Obligation Substitute(IReadOnlyDictionary<DimSymbol, Dim> values) => this with
    {
        Reads = [.. Reads.Select(r => r with
        {
            Own = [.. r.Own.Select(o => o.Substitute(values))],
            Positions = [.. r.Positions.Select(p => p?.Substitute(values))],
            Guards = r.Guards.Substitute(values),
        })],
        Moving = [.. Moving.SelectMany(m => values.TryGetValue(m, out Dim? value) ? value.Symbols : [m])],
    };
}

/// <summary>Words for errors of recurrences.</summary>
internal static class RecurrenceText
{
    public static string Of(RecurrenceError error)
    {
        string read = NameOf(error.Read.Source), reader = NameOf(error.Read.Reader);
        string itself = read == reader ? "itself" : $"'{read}'";
        return error.Kind switch
        {
            RecurrenceErrorKind.SameStep => $"'{reader}' reads {itself} at the same step, so that it depends on itself; a recurrence reads an earlier step, such as {read}[t-1]",
            RecurrenceErrorKind.NoLag => $"'{reader}' depends on itself through this read, which is not at a fixed distance along the sequence; a recurrence reads earlier steps, such as {read}[t-1]",
            _ => $"'{reader}' depends on itself at earlier and at later steps; a recurrence goes in one direction",
        };
    }

    private static string NameOf(object key) => key switch
    {
        Local local => local.Name,
        CheckedCall call => call.Instance.Layer.Name,
        _ => key.ToString() ?? "",
    };
}

/// <summary>A finding that is certain.</summary>
internal sealed record CertainFault(DiagnosticCode Finding, string Text, SourceSpan Place, RelatedPlace? Related = null) : Obligation(Place)
{
    public override DiagnosticCode Code => Finding;

    public override string Message => Text;

    public override Verdict Decide(ImmutableHashSet<DimSymbol>? dynamic) => Verdict.Refuted;

    public override Obligation Substitute(IReadOnlyDictionary<DimSymbol, Dim> values) => this;

    public override Diagnostic Report(SourceSpan? use) => use is null ? new Diagnostic(Code, Place, Message, Related) : base.Report(use);
}
