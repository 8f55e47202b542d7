using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Analysis;

/// <summary>
/// How the tensors of a recurrence depend on states of earlier steps: as sums of terms, with what is computed within the step
/// put in its place. The recurrence may not contain others.
/// </summary>
internal sealed class StateDependence
{
    /// <summary>So many terms are not told apart any more.</summary>
    private const int Limit = 512;

    private readonly Recurrence recurrence;
    private readonly ILookup<Tensor, Equation> writers;
    private readonly Dictionary<Equation, ImmutableArray<StateTerm>> known = [];

    public StateDependence(Recurrence recurrence)
    {
        this.recurrence = recurrence;
        writers = recurrence.Members.OfType<Equation>().ToLookup(e => e.Target);
    }

    /// <summary>The terms of an equation's value, over the variables of its left side.</summary>
    /// <exception cref="TooManyTermsException">There are too many.</exception>
    public ImmutableArray<StateTerm> Of(Equation equation)
    {
        if (known.TryGetValue(equation, out ImmutableArray<StateTerm> terms)) return terms;
        terms = Of(equation.Body);
        if (equation.Reduction is { } reduction)
        {
            terms = [.. terms.Select(t => t with { Summed = t.Summed.Union(reduction.Axes) })];
            if (reduction.Kind != ReduceKind.Sum) terms = Nonlinear(terms);
            if (reduction.Condition is { } condition) terms = [.. terms, .. Nonlinear(Of(condition))];
        }

        if (equation.Guard is { } guard) terms = [.. terms, .. Nonlinear(Of(guard))];
        terms = [.. terms, .. Nonlinear(equation.Left.SelectMany(ScalarWalk.Lookups).SelectMany(OfPart))];
        if (terms.Length > Limit) throw new TooManyTermsException();
        return known[equation] = terms;
    }

    /// <summary>The axis of a member's tensor along which the recurrence runs, or -1.</summary>
    public int StepAxis(Tensor tensor)
    {
        foreach (Equation equation in writers[tensor])
        {
            for (int axis = 0; axis < equation.Left.Length; axis++)
            {
                if (equation.Left[axis].Variables().Contains(recurrence.Step)) return axis;
            }
        }

        return -1;
    }

    private ImmutableArray<StateTerm> Of(Scalar scalar) => scalar switch
    {
        LoadScalar load => [.. OfLoad(load), .. Nonlinear(load.Parts().SelectMany(OfPart))],
        ApplyScalar apply => OfApply(apply),
        SelectScalar select => OfSelect(select),
        _ => Nonlinear(scalar.Parts().SelectMany(OfPart)),
    };

    private IEnumerable<StateTerm> OfPart(Scalar scalar) => Of(scalar);

    private IEnumerable<StateTerm> OfLoad(LoadScalar load)
    {
        int step = StepAxis(load.Tensor);
        if (step < 0) return [];
        if (load.Indices[step].AsVariable() != recurrence.Step) return [new StateTerm([], load, [])];
        return writers[load.Tensor].SelectMany(e => Moved(Of(e), e, load.Indices));
    }

    /// <summary>Terms of an equation as they are where its target is read.</summary>
    private static IEnumerable<StateTerm> Moved(ImmutableArray<StateTerm> terms, Equation equation, ImmutableArray<Index> at)
    {
        var values = new Dictionary<IndexVar, Index>();
        bool isPlain = true;
        for (int axis = 0; axis < at.Length; axis++)
        {
            if (equation.Left[axis].AsVariable() is { } variable) values[variable] = at[axis];
            else isPlain = false;
        }

        if (!isPlain) return terms;
        var substitution = new Substitution(values);
        return terms.Select(t => t with
        {
            Factors = [.. t.Factors.Select(substitution.Apply)],
            State = (LoadScalar)substitution.Apply(t.State),
        });
    }

    private ImmutableArray<StateTerm> OfApply(ApplyScalar apply)
    {
        ImmutableArray<ImmutableArray<StateTerm>> parts = [.. apply.Arguments.Select(Of)];
        if (parts.All(p => p.IsEmpty)) return [];
        return apply.Op switch
        {
            ScalarOp.Add or ScalarOp.ToComplex => [.. parts.SelectMany(p => p)],
            ScalarOp.Negate => [.. parts[0].Select(Negated)],
            ScalarOp.Subtract => [.. parts[0], .. parts[1].Select(Negated)],
            ScalarOp.Multiply when parts[1].IsEmpty => [.. parts[0].Select(t => t.Times(apply.Arguments[1]))],
            ScalarOp.Multiply when parts[0].IsEmpty => [.. parts[1].Select(t => t.Times(apply.Arguments[0]))],
            ScalarOp.Divide when parts[1].IsEmpty => [.. parts[0].Select(t => t.Times(Scalars.Divide(Scalars.One(apply.Arguments[1].Type), apply.Arguments[1])))],
            ScalarOp.Re or ScalarOp.Im or ScalarOp.Conj => [.. parts[0].Select(t => t with { IsPartial = true })],
            _ => Nonlinear(parts.SelectMany(p => p)),
        };
    }

    private ImmutableArray<StateTerm> OfSelect(SelectScalar select)
    {
        Scalar one = Scalars.One(select.Type), zero = Scalars.Zero(select.Type);
        return
        [
            .. Nonlinear(Of(select.Condition)),
            .. Of(select.Then).Select(t => t.Times(Scalars.Select(select.Condition, one, zero))),
            .. Of(select.Else).Select(t => t.Times(Scalars.Select(select.Condition, zero, one))),
        ];
    }

    private static StateTerm Negated(StateTerm term) => term.Times(new ConstantScalar(-1, 0, term.State.Type));

    private static ImmutableArray<StateTerm> Nonlinear(IEnumerable<StateTerm> terms) =>
        [.. terms.Select(t => t with { Factors = [], IsLinear = false })];
}

/// <summary>A step is too long to be taken apart.</summary>
internal sealed class TooManyTermsException : Exception;
