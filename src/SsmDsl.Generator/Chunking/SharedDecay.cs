using System.Collections.Immutable;
using SsmDsl.Analysis;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Chunking;

/// <summary>
/// A recurrence of the form S[t, p, n] = a[t]·S[t-1, p, n] + X[t, p]·B[t, n] whose states are read as Y[t, p] = Σ_n C[t, n]·S[t, p, n]:
/// one coefficient for a whole matrix of states, to which products of a column and a row are added.
/// </summary>
/// <param name="Update">The equation of the states. All that follows is over its variables.</param>
/// <param name="StepAxis">The axis of the states along which the recurrence runs.</param>
/// <param name="Coefficient">a.</param>
/// <param name="Columns">p, of X.</param>
/// <param name="Rows">n, of B and C.</param>
/// <param name="Left">Factors of X.</param>
/// <param name="Right">Factors of B.</param>
/// <param name="Contractions">How states are read, but for the first and the last.</param>
internal sealed record SharedDecay(
    Recurrence Recurrence,
    Equation Update,
    int StepAxis,
    Scalar Coefficient,
    ImmutableArray<IndexVar> Columns,
    ImmutableArray<IndexVar> Rows,
    ImmutableArray<Scalar> Left,
    ImmutableArray<Scalar> Right,
    ImmutableArray<Contraction> Contractions)
{
    // Below these, the products are too thin to be faster than the recurrence.
    private const long LeastColumns = 8, LeastRows = 8, LeastStates = 256;

    public Tensor State => Update.Target;

    /// <summary>Whether the states before the first step are given; else they are 0.</summary>
    public bool HasStart { get; private init; }

    public IndexVar Step => Recurrence.Step;

    /// <summary>Null if the recurrence is of another form.</summary>
    /// <param name="level">The nodes among which it stands.</param>
    /// <param name="outer">Steps of the copies around.</param>
    public static SharedDecay? Find(
        Recurrence recurrence, ImmutableArray<Node> level, ImmutableArray<IndexVar> outer, GraphProgram program, TensorRanges ranges)
    {
        if (recurrence is not { Reversed: false, Members: [Equation { Guard: null, Reduction: null, Accumulate: false } update] }) return null;
        if (update.Target.Element != ElementType.Real || update.Left.Any(l => l.AsVariable() is null)) return null;
        RecurrenceForm form = RecurrenceForms.Of(program with { Body = [recurrence] })[0];
        if (!form.IsLinear || form.Mixing is not (StateMixing.Shared or StateMixing.Diagonal) || form.Coefficient is not { } coefficient) return null;

        // A coefficient beyond 1 could make products over a chunk overflow where the states do not.
        if (!(ranges.Of(coefficient).Magnitude <= 1)) return null;
        int step = update.Left.Select(l => l.AsVariable()).ToImmutableArray().IndexOf(recurrence.Step);
        if (StateReads.Contractions(update, step, level, program) is not { } reads) return null;
        return Split(recurrence, update, step, coefficient, reads, outer) is { } found ? found with { HasStart = StateReads.HasStart(update, program) } : null;
    }

    private static SharedDecay? Split(
        Recurrence recurrence, Equation update, int step, Scalar coefficient, ImmutableArray<Contraction> reads, ImmutableArray<IndexVar> outer)
    {
        ImmutableArray<IndexVar> rows = reads[0].Rows;
        if (reads.Any(c => !c.Rows.SequenceEqual(rows)) || coefficient.Uses(rows)) return null;
        Scalar input = update.Body.Map(s => s switch
        {
            LoadScalar load when load.Tensor == update.Target => Scalars.Zero(load.Type),
            ApplyScalar apply => Scalars.Apply(apply.Op, apply.Type, [.. apply.Arguments]),
            _ => s,
        });
        ILookup<bool, Scalar> factors = Factors.Of(input).ToLookup(f => f.Uses(rows));
        ImmutableArray<Scalar> right = [.. factors[true]];
        HashSet<IndexVar> others =
        [
            recurrence.Step, .. outer, .. rows, .. coefficient.Variables(), .. right.Concat(reads.SelectMany(c => c.Factors)).SelectMany(ScalarWalk.Variables),
        ];
        ImmutableArray<IndexVar> columns = [.. update.Axes.Where(a => !others.Contains(a) && a.Size.IsConstant)];
        bool isLarge = Count(columns) >= LeastColumns && Count(rows) >= LeastRows && Count(columns) * Count(rows) >= LeastStates;
        return isLarge ? new SharedDecay(recurrence, update, step, coefficient, columns, rows, [.. factors[false]], right, reads) : null;
    }

    private static long Count(ImmutableArray<IndexVar> variables) =>
        variables.Aggregate(1L, (n, v) => v.Size.TryGetConstant(out long size) ? n * size : 0);
}
