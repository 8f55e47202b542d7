using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Analysis;

/// <summary>Where within a state an equation of a state reads it, axis by axis.</summary>
/// <param name="Step">The axis of the recurrence.</param>
internal sealed record StatePlace(Equation Equation, StateTerm Term, int Step)
{
    private LoadScalar State => Term.State;

    /// <summary>Axes of the state that is read along which elements mix: those that are summed over, or read at other places.</summary>
    public IEnumerable<int> MixedAxes => Enumerable.Range(0, State.Tensor.Rank).Where(a => a != Step && !IsOwn(a));

    /// <summary>Whether an element depends on the elements of the same place only.</summary>
    public bool IsAligned => State.Tensor.Rank == Equation.Target.Rank && !MixedAxes.Any();

    /// <summary>Whether all mixing is by sums over whole axes.</summary>
    public bool IsSummed => State.Tensor.Rank == Equation.Target.Rank
        && MixedAxes.All(a => State.Indices[a].AsVariable() is { } variable && Term.Summed.Contains(variable));

    /// <summary>Factors that know both the row and the column of the elements that they connect.</summary>
    public bool HasMatrix => Term.Factors.SelectMany(Split).Any(f =>
    {
        HashSet<IndexVar> used = [.. f.Variables()];
        return Columns.Any(used.Contains) && Rows.Any(used.Contains);
    }) || !Term.IsLinear;

    /// <summary>The tensors that make the column of a product of column and row.</summary>
    public IEnumerable<Tensor> Column => Term.Factors.SelectMany(ScalarWalk.Loads).Where(l => l.Variables().Any(Rows.Contains)).Select(l => l.Tensor).Distinct();

    public bool IsLastStep(Recurrence recurrence)
    {
        Index back = Index.Of(recurrence.Step).Plus(recurrence.Reversed ? 1 : -1);
        return Structure.AreEqual(State.Indices[Step], back);
    }

    /// <summary>Whether the coefficient depends on the position or on the sequence of the batch.</summary>
    public bool IsSelective(IndexVar step) => Term.Factors.SelectMany(ScalarWalk.Variables).Any(v => v == step || IsBatch(v.Size));

    /// <summary>Axes of the state, but for batch, steps and copies, that no factor knows of.</summary>
    public IEnumerable<int> UnusedAxes(ImmutableHashSet<IndexVar> copies)
    {
        HashSet<IndexVar> used = [.. Term.Factors.SelectMany(ScalarWalk.Variables), .. copies];
        return Enumerable.Range(0, Equation.Target.Rank).Where(a => IsStateAxis(a) && Equation.Left[a].AsVariable() is { } v && !used.Contains(v));
    }

    private ImmutableArray<IndexVar> Rows => [.. MixedAxes.Where(a => a < Equation.Left.Length).Select(a => Equation.Left[a].AsVariable()).OfType<IndexVar>()];

    private ImmutableArray<IndexVar> Columns => [.. MixedAxes.SelectMany(a => State.Indices[a].Variables())];

    /// <summary>The factors of a product.</summary>
    private static IEnumerable<Scalar> Split(Scalar factor) =>
        factor is ApplyScalar { Op: ScalarOp.Multiply or ScalarOp.Divide or ScalarOp.Negate or ScalarOp.ToComplex or ScalarOp.Conj } product
            ? product.Arguments.SelectMany(Split)
            : [factor];

    private bool IsStateAxis(int axis) =>
        axis != Step && !IsBatch(Equation.Target.Axes[axis].Size) && !(Equation.Target.Axes[axis].Extent.TryGetConstant(out long size) && size == 1);

    private bool IsOwn(int axis) =>
        axis < Equation.Left.Length && State.Indices[axis].AsVariable() is { } variable && Equation.Left[axis].AsVariable() == variable;

    private static bool IsBatch(Dim size) => size.Equals(Dim.Of(DimSymbol.Batch));
}
