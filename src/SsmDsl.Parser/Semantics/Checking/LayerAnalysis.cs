using System.Collections.Immutable;
using SsmDsl.Diagnostics;
using SsmDsl.Text;

namespace SsmDsl.Semantics.Checking;

/// <summary>
/// What can be said once a body is bound: which dimensions are sequences, that positions stay on static axes, that cycles are
/// recurrences, that equations fill their tensors once, that initial states belong to a recurrence.
/// </summary>
/// <param name="dynamic">A model's dimensions that are known only at run time; null in a layer.</param>
internal sealed class LayerAnalysis(BodyBinder body, ImmutableHashSet<DimSymbol> inferred, ImmutableHashSet<DimSymbol>? dynamic, DiagnosticSink sink)
{
    private readonly PastPlaces past = new(body.Statements);
    private readonly HashSet<DimSymbol> sequence = [];

    /// <summary>Inferred dimensions along which it recurs or shifts.</summary>
    public ImmutableHashSet<DimSymbol> Sequence => [.. sequence];

    public void Run()
    {
        CheckPositions();
        ImmutableHashSet<DimSymbol> moving = dynamic is null ? Sequence : Sequence.Union(dynamic);
        foreach (StatedRun run in body.Runs)
        {
            if (run.Statements.IsEmpty) continue;
            bool isRight = CheckRecurrences(run, moving, out Schedule? schedule);
            foreach (RunTensor tensor in run.Tensors.Where(t => !t.IsBroken && t.Name.Local is not null))
            {
                CheckFilled(tensor, run);
                if (isRight) CheckInitial(tensor, run, schedule);
            }
        }
    }

    /// <param name="Position">As written; that of <paramref name="Inside"/> counts from the first place before the start.</param>
    private sealed record Question(InsideAxis Inside, AffineForm Position, Dim Axis);

    private void CheckPositions()
    {
        var open = new List<Question>();
        foreach (ReadSite site in body.Statements.SelectMany(s => ReadSites.Of(s, [])))
        {
            for (int axis = 0; axis < site.Read.Indices.Length; axis++)
            {
                if (Ask(site, axis) is not { } question) continue;
                bool isProven = question.Inside.Decide(dynamic) == Verdict.Proven;
                NoteDirection(question, isProven);
                if (!isProven) open.Add(question);
            }
        }
        foreach (Question question in open.Where(q => !q.Axis.Symbols.Overlaps(sequence)))
            Obligation.Settle(question.Inside, null, dynamic, sink, body.Obligations);
    }

    private Question? Ask(ReadSite site, int axis)
    {
        Local local = site.Read.Local;
        Dim size = local.Type.Shape[axis];
        CheckedExpression index = site.Read.Indices[axis];
        if (index is IndexExpression i && (i.Index.Range.Equals(size) || i.Index.Range.IsUndefined)) return null;
        if (AffineReader.TryRead(index) is not { } position) return null;
        var (before, after) = past.Of(local, axis);
        return new Question(
            new InsideAxis(position + before, size + before + after, site.Guards, [.. site.Scope.Select(s => s.Range)], local.Name, index.Span), position, size);
    }

    /// <summary>Shifts along an inferred axis make it a sequence; positions that stay within it may be parts of features.</summary>
    private void NoteDirection(Question question, bool isProven)
    {
        AffineForm position = question.Position;
        bool isPlain = position.Offset.Equals(0) && position.Atoms.Length == 1 && position.Atoms[0] is AffineVariable v && position[v].Equals(1);
        bool isFixedShift = position.Offset.IsConstant && !position.IsConstant && position.Atoms.All(a => a is AffineVariable && position[a].IsConstant);
        bool isAlong = position.IsConstant || isFixedShift || position.Variables.Any(x => x.Range.Equals(question.Axis));
        bool isShift = !isPlain && (question.Axis.IsSymbol ? isFixedShift || (isAlong && !isProven) : isFixedShift && !isProven);
        bool isConstantInSequence = position.IsConstant && dynamic is not null && question.Axis.Symbols.Overlaps(dynamic);
        if (isShift || isConstantInSequence) sequence.UnionWith(question.Axis.Symbols.Intersect(inferred));
    }

    private bool CheckRecurrences(StatedRun run, ImmutableHashSet<DimSymbol> moving, out Schedule? schedule)
    {
        RunGraph graph = RunGraph.Of(run.Statements, moving, run.Statements[0].Span);
        schedule = graph.Schedule();
        if (schedule is null || schedule.Errors.IsEmpty) return true;
        foreach (RecurrenceError error in schedule.Errors.Where(e => e.IsCertain))
        {
            sink.Report(
                error.Kind == RecurrenceErrorKind.BothDirections ? DiagnosticCodes.BothDirections : DiagnosticCodes.DependsOnItself,
                ((RunRead)error.Read.Place).Place, RecurrenceText.Of(error),
                error.Other is { Place: RunRead other } ? new RelatedPlace(other.Place, "the read in the other direction") : null);
        }
        if (schedule.Errors.All(e => !e.IsCertain)) body.Obligations.Add(graph);
        return false;
    }

    private void CheckFilled(RunTensor tensor, StatedRun run)
    {
        Local local = tensor.Name.Local!;
        var equations = run.Statements.OfType<CheckedEquation>().Where(e => ReferenceEquals(e.Target, local) && !e.IsInitial).ToList();
        var parts = tensor.Whole.ToList();
        if (equations.Count != parts.Count || equations.Count == 0 || IsPlain(equations, local)) return;
        var sides = equations.Select(e => new LeftSide(
            [.. e.Left.Select(l => AffineReader.TryRead(l)!)],
            [.. e.Axes.Select(a => new AffineVariable(a, a.Range))])).ToImmutableArray();
        var filled = new FilledOnce(local.Name, tensor.Output is not null, local.Type.Shape, sides, [.. parts.Select(p => p.Place)], tensor.Output?.Name.Span ?? parts[0].Place);
        Obligation.Settle(filled, null, null, sink, body.Obligations);
    }

    private static bool IsPlain(List<CheckedEquation> equations, Local local) =>
        equations.Count == 1
        && equations[0].Left.Select((l, axis) => l is IndexExpression i && i.Index.Range.Equals(local.Type.Shape[axis])).All(x => x)
        && equations[0].Left.OfType<IndexExpression>().Select(i => i.Index).Distinct().Count() == local.Type.Rank;

    private void CheckInitial(RunTensor tensor, StatedRun run, Schedule? schedule)
    {
        Local local = tensor.Name.Local!;
        var given = new Dictionary<(int Axis, long Before, long After), SourceSpan>();
        foreach (CheckedEquation initial in run.Statements.OfType<CheckedEquation>().Where(e => ReferenceEquals(e.Target, local) && e.IsInitial))
        {
            LeftTarget? left = tensor.Parts.FirstOrDefault(p => p.IsInitial && initial.Span.Start <= p.Place.Start && p.Place.End <= initial.Span.End);
            SourceSpan place = left?.Place ?? initial.Span;
            for (int axis = 0; axis < local.Type.Rank; axis++)
            {
                if (PastPlaces.Position(initial, axis) is not var (before, after)) continue;
                Dim lag = Lag(schedule?.Items ?? [], local, axis, reversed: after > 0);
                long steps = Math.Max(before, after);
                if (DimSign.IsNegative(lag - steps, SizeAssumptions.AtLeastOne))
                {
                    sink.Report(DiagnosticCodes.NotFilledOnce, place, lag.Equals(0)
                        ? $"'{local.Name}' reads no {(after > 0 ? "later" : "earlier")} step of itself along this axis, so it has no state {(after > 0 ? "after the last" : "before the first")}"
                        : $"'{local.Name}' reads {lag} step{(lag.Equals(1) ? "" : "s")} back; this gives a state {steps} steps before the first");
                }
                CheckInitialReads(initial, axis);
                if (!IsWholeState(initial, axis)) continue;
                if (given.TryGetValue((axis, before, after), out SourceSpan first))
                    sink.Report(DiagnosticCodes.NotFilledOnce, place, $"this state of '{local.Name}' is given twice", new RelatedPlace(first, "the first time"));
                else given.Add((axis, before, after), place);
            }
        }
    }

    /// <summary>It gives a state on all axes but that of the recurrence.</summary>
    private static bool IsWholeState(CheckedEquation initial, int axis) => initial.Left
        .Select((left, i) => i == axis || (left is IndexExpression index && index.Index.Range.Equals(initial.Target.Type.Shape[i])))
        .All(isWhole => isWhole);

    /// <summary>Initial states are given before the sequence: what has the sequence axis cannot be read.</summary>
    private void CheckInitialReads(CheckedEquation initial, int axis)
    {
        Dim size = initial.Target.Type.Shape[axis];
        if (size.IsConstant) return;
        ReadSite? site = ReadSites.Of(initial.Value, Guards.None, initial.Axes).FirstOrDefault(s => s.Read.Local.Type.Shape.Any(d => d.Equals(size)));
        if (site is null) return;
        sink.Report(DiagnosticCodes.WrongRank, site.Read.Span,
            $"'{site.Read.Local.Name}' has the sequence axis {size}; the state before the first step can use parameters and inputs without it");
    }

    private static Dim Lag(IEnumerable<ScheduleItem> items, Local local, int axis, bool reversed)
    {
        Dim lag = 0;
        foreach (ScheduledRecurrence recurrence in items.OfType<ScheduledRecurrence>())
        {
            if (recurrence.Axes.TryGetValue(local, out int own) && own == axis && recurrence.Reversed == reversed)
                lag = DimSign.Greater(lag, recurrence.Lags[local], SizeAssumptions.AtLeastOne);
            lag = DimSign.Greater(lag, Lag(recurrence.Members, local, axis, reversed), SizeAssumptions.AtLeastOne);
        }
        return lag;
    }
}
