using System.Collections.Immutable;
using SsmDsl.Semantics;
using SsmDsl.Text;

namespace SsmDsl.Checks;

/// <summary>
/// Takes the equations of a cycle apart into terms of earlier states, with what is computed within the step, in the cells that it
/// calls too, put in its place.
/// </summary>
/// <param name="axes">For each name of the cycle, the axis along which it recurs.</param>
/// <param name="root">The body in which the cycle stands.</param>
internal sealed class PastTerms(IReadOnlyDictionary<object, int> axes, CycleFrame root)
{
    /// <summary>So many terms are not told apart any more.</summary>
    private const int Limit = 512;

    private readonly HashSet<(CycleFrame Frame, Local Local)> open = [];

    /// <summary>Where an expression stands: the frame, what its indices are, and the position of the step.</summary>
    private sealed record Place(CycleFrame Frame, ImmutableDictionary<object, AffineForm?> Indices, AffineForm Step)
    {
        public AffineForm? Form(CheckedExpression index)
        {
            if (AffineReader.TryRead(index) is not { } form || form.Variables.Any(v => Indices.TryGetValue(v.Key, out AffineForm? f) && f is null)) return null;
            return form.Replace(v => Indices.TryGetValue(v.Key, out AffineForm? f) ? f! : AffineForm.Of(v));
        }

        public ImmutableHashSet<object> Variables(CheckedExpression expression) =>
        [
            .. expression.All().OfType<IndexExpression>()
                .SelectMany(i => Form(i)?.Variables.Select(v => v.Key) ?? [i.Index]),
        ];
    }

    /// <summary>The terms of one equation of the cycle, over the indices of its left side.</summary>
    public ImmutableArray<PastTerm> Of(CheckedEquation equation, AffineForm step) =>
        Of(equation.Value, new Place(root, ImmutableDictionary<object, AffineForm?>.Empty, step));

    /// <summary>The terms of a call's result at given positions.</summary>
    public ImmutableArray<PastTerm> Of(CheckedCall call, Local result, ImmutableArray<AffineForm?> at, AffineForm step) =>
        OfResult(call, result, at, root, step);

    private ImmutableArray<PastTerm> Of(CheckedExpression expression, Place place)
    {
        ImmutableArray<PastTerm> terms = expression switch
        {
            ReadExpression read => [.. OfRead(read.Local, [.. read.Indices.Select(place.Form)], place.Frame, place.Step, read.Span), .. Positions(read, place)],
            OperationExpression operation => OfOperation(operation, place),
            ConditionalExpression conditional => OfConditional(conditional, place),
            ReduceExpression reduce => OfReduction(reduce, place),
            SoftmaxExpression softmax => Nonlinear(softmax, "softmax", place),
            _ => Nonlinear(expression, "what it is used for", place),
        };
        return terms.Length <= Limit ? terms : throw new StepNotUnderstoodException();
    }

    /// <summary>A state that says where something is read.</summary>
    private IEnumerable<PastTerm> Positions(ReadExpression read, Place place) =>
        read.Indices.Where(i => AffineReader.TryRead(i) is null).SelectMany(i => Of(i, place)).Select(t => t.Within(new NonlinearUse("a position that depends on it", read.Span)));

    private ImmutableArray<PastTerm> OfRead(Local local, ImmutableArray<AffineForm?> at, CycleFrame frame, AffineForm step, SourceSpan span)
    {
        if (ReferenceEquals(frame, root))
        {
            if (!axes.TryGetValue(local, out int axis)) return [];
            if (!step.Equals(at[axis])) return [new PastTerm(local, at, span)];
        }
        else if (frame.InputOf(local) is var input and >= 0)
        {
            return frame.Call!.Arguments[input] is { } argument
                ? OfRead(argument, [.. frame.Call.ArgumentIsLifted[input] ? frame.Prefix : [], .. at], frame.Caller!, step, span)
                : [];
        }

        return Inlined(local, at, frame, step);
    }

    /// <summary>What is computed within the step.</summary>
    private ImmutableArray<PastTerm> Inlined(Local local, ImmutableArray<AffineForm?> at, CycleFrame frame, AffineForm step)
    {
        if (frame.IsCarried(local) || !open.Add((frame, local))) throw new StepNotUnderstoodException();
        try
        {
            if (frame.CallOf(local) is { } call) return OfResult(call, local, at, frame, step);
            return [.. frame.EquationsOf(local).SelectMany(e => Of(e.Value, new Place(frame, Indices(e, at), step)))];
        }
        finally
        {
            open.Remove((frame, local));
        }
    }

    private static ImmutableDictionary<object, AffineForm?> Indices(CheckedEquation equation, ImmutableArray<AffineForm?> at)
    {
        if (equation.Left.Any(l => l is not IndexExpression)) return ImmutableDictionary<object, AffineForm?>.Empty;
        return equation.Left.Cast<IndexExpression>().Zip(at, (l, form) => (l.Index, form))
            .Aggregate(ImmutableDictionary<object, AffineForm?>.Empty, (all, pair) => all.SetItem(pair.Index, pair.form));
    }

    private ImmutableArray<PastTerm> OfResult(CheckedCall call, Local result, ImmutableArray<AffineForm?> at, CycleFrame frame, AffineForm step)
    {
        int number = call.Results.IndexOf(result);
        LayerOutput output = call.Instance.Layer.Outputs[number];
        int lifted = result.Type.Rank - output.Type.Rank;
        ImmutableArray<AffineForm?> prefix = lifted == 0 ? [.. call.Lifted.Select(_ => (AffineForm?)null)] : [.. at.Take(lifted)];
        return OfRead(output.Value, [.. at.Skip(lifted)], frame.Enter(call, prefix), step, call.Span);
    }

    private ImmutableArray<PastTerm> OfOperation(OperationExpression operation, Place place)
    {
        ImmutableArray<ImmutableArray<PastTerm>> parts = [.. operation.Arguments.Select(a => Of(a, place))];
        if (parts.All(p => p.IsEmpty)) return [];
        return operation.Op switch
        {
            ScalarOp.Add or ScalarOp.ToComplex or ScalarOp.ToReal => [.. parts.SelectMany(p => p)],
            ScalarOp.Subtract => [.. parts[0], .. parts[1].Select(Negated)],
            ScalarOp.Negate => [.. parts[0].Select(Negated)],
            ScalarOp.Re or ScalarOp.Im or ScalarOp.Conj => [.. parts[0].Select(t => t with { IsPart = true })],
            ScalarOp.Multiply when parts[1].IsEmpty => Times(parts[0], operation.Arguments[1], place),
            ScalarOp.Multiply when parts[0].IsEmpty => Times(parts[1], operation.Arguments[0], place),
            ScalarOp.Divide when parts[1].IsEmpty => Times(parts[0], operation.Arguments[1], place, isDivisor: true),
            _ => [.. parts.SelectMany(p => p).Select(t => t.Within(new NonlinearUse(NonlinearWords.Of(operation.Op), operation.Span)))],
        };
    }

    private static PastTerm Negated(PastTerm term) => term with { Scale = -term.Scale };

    private static ImmutableArray<PastTerm> Times(ImmutableArray<PastTerm> terms, CheckedExpression factor, Place place, bool isDivisor = false)
    {
        ImmutableArray<ImmutableHashSet<object>> factors = [.. Factors(factor, place)];
        var own = new PastFactor(factor, place.Frame, isDivisor);
        return [.. terms.Select(t => t with { Factors = t.Factors.AddRange(factors), Coefficient = t.Coefficient.Add(own) })];
    }

    /// <summary>The factors of a product, by their indices.</summary>
    private static IEnumerable<ImmutableHashSet<object>> Factors(CheckedExpression factor, Place place) =>
        factor is OperationExpression { Op: ScalarOp.Multiply or ScalarOp.Divide or ScalarOp.Negate or ScalarOp.ToComplex or ScalarOp.Conj } product
            ? product.Arguments.SelectMany(a => Factors(a, place))
            : [place.Variables(factor)];

    private ImmutableArray<PastTerm> OfConditional(ConditionalExpression conditional, Place place)
    {
        if (place.Frame.Use.Decide(conditional.Condition) is { } taken) return Of(taken ? conditional.Then : conditional.Else, place);
        ImmutableHashSet<object> choice = place.Variables(conditional.Condition);
        PastTerm Chosen(PastTerm term, bool holds) =>
            term with { Factors = term.Factors.Add(choice), Choices = term.Choices.Add((conditional.Condition, place.Frame, holds)) };
        return
        [
            .. Of(conditional.Condition, place).Select(t => t.Within(new NonlinearUse("a choice that depends on it", conditional.Span))),
            .. Of(conditional.Then, place).Select(t => Chosen(t, true)),
            .. Of(conditional.Else, place).Select(t => Chosen(t, false)),
        ];
    }

    private ImmutableArray<PastTerm> OfReduction(ReduceExpression reduce, Place place)
    {
        double count = reduce.Kind == ReduceKind.Sum ? Ranges.Count(reduce, place.Frame) : 1;
        IEnumerable<PastTerm> body = Of(reduce.Body, place).Select(t => t with { Summed = t.Summed.Union(reduce.Indices), Scale = t.Scale * count });
        IEnumerable<PastTerm> condition = reduce.Condition is null ? [] : Of(reduce.Condition, place);
        var choice = new NonlinearUse("a condition that depends on it", reduce.Span);
        var use = new NonlinearUse(NonlinearWords.Of(reduce.Kind), reduce.Span);
        return
        [
            .. reduce.Kind is ReduceKind.Sum or ReduceKind.Mean ? body : body.Select(t => t.Within(use)),
            .. condition.Select(t => t.Within(choice)),
        ];
    }

    private ImmutableArray<PastTerm> Nonlinear(CheckedExpression expression, string what, Place place) =>
        [.. expression.Parts().SelectMany(c => Of(c, place)).Select(t => t.Within(new NonlinearUse(what, expression.Span)))];
}
