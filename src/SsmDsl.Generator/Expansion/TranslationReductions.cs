using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Passes;
using SsmDsl.Semantics;
using SsmDsl.Text;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Expansion;

internal sealed partial class Translation
{
    private Scalar Reduce(ReduceExpression reduce, Place place)
    {
        if (reduce.Kind == ReduceKind.Mean) return Mean(reduce, place);
        var (variables, condition, body) = Open(reduce.Indices, reduce.Condition, reduce.Body, place);
        return Extract(reduce.Kind, variables, condition, body, place, reduce.Span);
    }

    private (ImmutableArray<IndexVar> Variables, Scalar? Condition, Scalar Body) Open(
        ImmutableArray<IndexSymbol> symbols, CheckedExpression? condition, CheckedExpression body, Place place)
    {
        ImmutableArray<IndexVar> variables = place.Fresh(symbols);
        Place inner = place.With(symbols, variables);
        Scalar? kept = condition is null ? null : Translate(condition, inner);
        Scalar value = Translate(body, inner.Under(kept));
        return (variables, kept is ConstantScalar { Real: not 0 } ? null : kept, value);
    }

    private Scalar Mean(ReduceExpression reduce, Place place)
    {
        var (variables, condition, body) = Open(reduce.Indices, reduce.Condition, reduce.Body, place);
        Scalar sum = Extract(ReduceKind.Sum, variables, condition, body, place, reduce.Span);
        Scalar count = condition is null
            ? Count(variables, place)
            : Extract(ReduceKind.Sum, variables, condition, ScalarBuilder.Int(1), place, reduce.Span, "_count");
        if (count is ConstantScalar { Real: 0 }) return sum;
        Scalar divisor = ScalarBuilder.Apply(ScalarOp.ToReal, ElementType.Real, count);
        if (sum.Type == ElementType.Complex) divisor = ScalarBuilder.Apply(ScalarOp.ToComplex, ElementType.Complex, divisor);
        Scalar mean = ScalarBuilder.Apply(ScalarOp.Divide, sum.Type, sum, divisor);
        return ScalarBuilder.Select(
            ScalarBuilder.Apply(ScalarOp.Greater, ElementType.Bool, count, ScalarBuilder.Int(0)), mean, ScalarBuilder.Zero(sum.Type));
    }

    /// <summary>The number of values; along the stream, in what outputs read, of all of it so far.</summary>
    private Scalar Count(ImmutableArray<IndexVar> variables, Place place)
    {
        Scalar count = ScalarBuilder.Int(1);
        foreach (IndexVar variable in variables)
        {
            Scalar size = place.Target.IsForward
                ? Absolute(Index.Of(variable.Size), variable.Size)
                : ScalarBuilder.Position(Index.Of(variable.Size));
            count = ScalarBuilder.Apply(ScalarOp.Multiply, ElementType.Int, count, size);
        }
        return count;
    }

    private Scalar Softmax(SoftmaxExpression softmax, Place place)
    {
        var (inner, condition, body) = Open(softmax.Inner, softmax.Condition, softmax.Body, place);
        Scalar total = Extract(ReduceKind.LogSumExp, inner, condition, body, place, softmax.Span, "_logsumexp");
        var toOuter = new Substitution(inner
            .Zip(softmax.Outer, (i, o) => (i, Index.Of(place.Symbols[o])))
            .ToDictionary(p => p.i, p => p.Item2));
        Scalar value = ScalarBuilder.Apply(
            ScalarOp.Exp, ElementType.Real, ScalarBuilder.Apply(ScalarOp.Subtract, ElementType.Real, toOuter.Apply(body), total));
        return condition is null ? value : ScalarBuilder.Select(toOuter.Apply(condition), value, ScalarBuilder.Zero(ElementType.Real));
    }

    /// <summary>A reduction inside of an expression becomes a tensor over those variables that it reads.</summary>
    private LoadScalar Extract(
        ReduceKind kind, ImmutableArray<IndexVar> reduced, Scalar? condition, Scalar body, Place place, SourceSpan span, string? suffix = null)
    {
        Scalar? guard = NeedsGuard(kind, reduced, condition, body) ? ScalarBuilder.All(place.Conditions) : null;
        var read = new HashSet<IndexVar>(new[] { body, condition, guard }.OfType<Scalar>().SelectMany(s => s.Variables()));
        ImmutableArray<IndexVar> kept = [.. place.Variables.Where(read.Contains)];
        ImmutableArray<IndexVar> axes = [.. kept.Select(v => IsCopy(v, place) ? v : new IndexVar(v.Name, v.Size))];
        Substitution rename = Substitution.Renaming(kept.Zip(axes, (from, to) => (from, to)));

        string name = place.Target.Name + (suffix ?? "_" + kind.ToString().ToLowerInvariant());
        ElementType element = kind is ReduceKind.ArgMax or ReduceKind.ArgMin ? ElementType.Int : body.Type;
        var tensor = new Tensor(name, element, [.. axes.Select(v => new TensorAxis(v.Size))], span);
        paths[tensor] = place.Target.Path.Length == 0 ? name : $"{place.Target.Path}.{name}";
        equations.Add(new Equation(
            tensor,
            axes,
            [.. axes.Select(Index.Of)],
            new Reduction(kind, reduced, condition is null ? null : rename.Apply(condition)),
            rename.Apply(body),
            guard is null ? null : rename.Apply(guard),
            Comment: place.Comment,
            Origin: span));
        return LoadOf(tensor, [.. kept.Select(Index.Of)]);
    }

    private static bool IsCopy(IndexVar variable, Place place) => place.Target.Prefix.Any(a => ReferenceEquals(a.Copy, variable));

    /// <summary>
    /// A branch that is not taken must not fail, and must receive no gradient, whatever its value: only a sum (or a choice) of
    /// what is read as it is passes nothing on that is not finite.
    /// </summary>
    private static bool NeedsGuard(ReduceKind kind, ImmutableArray<IndexVar> reduced, Scalar? condition, Scalar body) =>
        ScalarBuilder.CanFail(body)
        || (condition is not null && ScalarBuilder.CanFail(condition))
        || kind switch
        {
            ReduceKind.ArgMax or ReduceKind.ArgMin => condition is not null || reduced.Any(v => !v.Size.TryGetConstant(out long size) || size == 0),
            ReduceKind.Sum or ReduceKind.Max or ReduceKind.Min => !IsPlain(body),
            _ => true,
        };

    private static bool IsPlain(Scalar scalar) => scalar switch
    {
        _ when scalar.Type is ElementType.Int or ElementType.Bool => true,
        ConstantScalar or LoadScalar or DrawScalar => true,
        ApplyScalar { Op: ScalarOp.Multiply } m => m.Arguments.All(IsPlain) && m.Arguments.Any(a => !a.Loads().Any()),
        ApplyScalar { Op: ScalarOp.Add or ScalarOp.Subtract or ScalarOp.Negate or ScalarOp.Re or ScalarOp.Im or ScalarOp.Conj or ScalarOp.ToReal or ScalarOp.ToComplex } a =>
            a.Arguments.All(IsPlain),
        SelectScalar s => IsPlain(s.Then) && IsPlain(s.Else),
        _ => false,
    };
}
