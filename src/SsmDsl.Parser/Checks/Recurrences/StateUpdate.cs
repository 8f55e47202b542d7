using System.Collections.Immutable;
using SsmDsl.Semantics;
using SsmDsl.Text;

namespace SsmDsl.Checks;

/// <summary>An equation or a call of a cycle, which gives a name a value.</summary>
/// <param name="Place">The left side.</param>
/// <param name="Axis">The axis along which the name recurs.</param>
/// <param name="Own">The positions that it gives a value.</param>
/// <param name="Read">Takes it apart.</param>
internal sealed record StateUpdate(
    Local Target, SourceSpan Place, int Axis, ImmutableArray<AffineForm?> Own, Func<AffineForm, ImmutableArray<PastTerm>> Read)
{
    /// <summary>All of a cycle, in the order of the text.</summary>
    public static IEnumerable<StateUpdate> All(ScheduledRecurrence recurrence, CycleFrame frame)
    {
        var terms = new PastTerms(recurrence.Axes, frame);
        foreach (Local local in recurrence.Axes.Keys.OfType<Local>().OrderBy(l => l.Span.Start))
        {
            int axis = recurrence.Axes[local];
            foreach (CheckedEquation equation in frame.EquationsOf(local))
            {
                yield return new StateUpdate(local, equation.LeftSide ?? equation.Span, axis,
                    [.. equation.Left.Select(AffineReader.TryRead)], step => terms.Of(equation, step));
            }

            if (frame.CallOf(local) is not { } call) continue;
            ImmutableArray<AffineForm?> own = [.. local.Type.Shape.Select((size, i) => AffineForm.Variable((local, i), size))];
            yield return new StateUpdate(local, local.Span, axis, own, step => terms.Of(call, local, own, step));
        }
    }

    /// <exception cref="StepNotUnderstoodException">It cannot be taken apart.</exception>
    public ImmutableArray<PastTerm> Terms => Own[Axis] is { } step ? Read(step) : throw new StepNotUnderstoodException();

    /// <summary>Axes, but for that of the steps, along which another element is read than the own one.</summary>
    public IReadOnlyList<int> MixedAxes(PastTerm term) => term.At.Length != Own.Length
        ? [-1]
        : [.. Enumerable.Range(0, Own.Length).Where(a => a != Axis && (term.At[a] is null || Own[a] is null || !term.At[a]!.Equals(Own[a])))];

    /// <summary>Elements mix by sums over whole axes only.</summary>
    public bool IsSummed(PastTerm term) => term.At.Length == Own.Length
        && MixedAxes(term).All(a => Variable(term.At[a]) is { } variable && term.Summed.Contains(variable));

    /// <summary>A factor knows both the row and the column of what it connects.</summary>
    public bool HasMatrix(PastTerm term)
    {
        IReadOnlyList<int> mixed = MixedAxes(term);
        HashSet<object> rows = [.. mixed.Select(a => Variable(Own[a])).OfType<object>()];
        HashSet<object> columns = [.. mixed.Select(a => Variable(term.At[a])).OfType<object>()];
        return term.Factors.Any(f => f.Overlaps(rows) && f.Overlaps(columns));
    }

    private static object? Variable(AffineForm? form) =>
        form is { Atoms: [AffineVariable variable] } && form.Offset.Equals(0) && form[variable].Equals(1) ? variable.Key : null;
}
