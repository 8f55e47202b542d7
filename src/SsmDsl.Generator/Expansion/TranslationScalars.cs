using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Passes;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Expansion;

internal sealed partial class Translation
{
    private Scalar Translate(CheckedExpression expression, Place place) => expression switch
    {
        ConstantExpression c => new ConstantScalar(c.Real, c.Imaginary, c.Type),
        IndexExpression i => Value(i.Index, place),
        DimensionExpression d => ScalarBuilder.Position(Index.Of(place.Frame.Size(d.Value))),
        HyperExpression h => Hyper(h, place),
        WordTestExpression w => place.Frame.Hyperparameters[w.Parameter].Word == w.Word ? ScalarBuilder.True : ScalarBuilder.False,
        ReadExpression r => Load(place.Frame.Find(r.Local), [.. r.Indices.Select(i => Position(i, place))], place),
        OperationExpression { Op: ScalarOp.And } o => And(o, place),
        OperationExpression { Op: ScalarOp.Or } o => Or(o, place),
        OperationExpression o => Operation(o, place),
        ConditionalExpression c => Conditional(c, place),
        ReduceExpression r => Reduce(r, place),
        SoftmaxExpression s => Softmax(s, place),
        RandomExpression r => new DrawScalar(DrawKind.Uniform, $"{place.Frame.Path}:{r.Occurrence}", Sequence(place), DrawIndices(r.Indices, place)),
        TrainingExpression => new RunScalar(RunValue.Training),
        InitialDrawExpression d => InitialDraw(d, place),
        _ => throw new InvalidOperationException($"unknown expression {expression.GetType().Name}"),
    };

    /// <summary>Chains of operators lean to the left and may be long.</summary>
    private Scalar Operation(OperationExpression expression, Place place)
    {
        var chain = new Stack<OperationExpression>();
        CheckedExpression first = expression;
        for (; first is OperationExpression { Op: not (ScalarOp.And or ScalarOp.Or) } o; first = o.Arguments[0]) chain.Push(o);
        Scalar value = Translate(first, place);
        while (chain.Count > 0)
        {
            OperationExpression next = chain.Pop();
            value = ScalarBuilder.Apply(next.Op, [value, .. next.Arguments.Skip(1).Select(a => Translate(a, place))], next.Type);
        }

        return value;
    }

    /// <summary>The value of an index; along the stream it counts from the stream's start.</summary>
    private Scalar Value(IndexSymbol symbol, Place place) =>
        place.Symbols.TryGetValue(symbol, out IndexVar? variable) ? Absolute(Index.Of(variable), variable.Size)
        : place.Frame.CopyOf(symbol) is { } copy ? ScalarBuilder.Position(place.Prefix[copy])
        : throw new InvalidOperationException($"the index {symbol} is not bound");

    private Scalar Absolute(Index index, Dim size) =>
        IsStream(size)
            ? ScalarBuilder.Apply(ScalarOp.Add, ElementType.Int, new RunScalar(RunValue.Offset), new IndexScalar(index))
            : ScalarBuilder.Position(index);

    private bool IsStream(Dim size) => stream is not null && size.Equals(Dim.Of(stream));

    private Scalar Hyper(HyperExpression expression, Place place)
    {
        HyperValue value = place.Frame.Hyperparameters[expression.Parameter];
        if (value.Expression is null) throw new InvalidOperationException($"{expression.Parameter.Name} is a word");
        Scalar scalar = Translate(value.Expression, place with { Frame = value.Frame ?? place.Frame });
        return scalar.Type == ElementType.Int && expression.Type == ElementType.Real
            ? ScalarBuilder.Apply(ScalarOp.ToReal, ElementType.Real, scalar)
            : scalar;
    }

    private Scalar And(OperationExpression expression, Place place)
    {
        Scalar first = Translate(expression.Arguments[0], place);
        return first is ConstantScalar { Real: 0 } ? first : ScalarBuilder.And(first, Translate(expression.Arguments[1], place.Under(first)));
    }

    private Scalar Or(OperationExpression expression, Place place)
    {
        Scalar first = Translate(expression.Arguments[0], place);
        if (first is ConstantScalar { Real: not 0 }) return first;
        Scalar second = Translate(expression.Arguments[1], place.Under(Not(first)));
        return ScalarBuilder.CanFail(second)
            ? ScalarBuilder.Select(first, ScalarBuilder.True, second)
            : ScalarBuilder.Apply(ScalarOp.Or, ElementType.Bool, first, second);
    }

    private Scalar Conditional(ConditionalExpression expression, Place place)
    {
        Scalar condition = Translate(expression.Condition, place);
        return condition is ConstantScalar c
            ? Translate(c.Real != 0 ? expression.Then : expression.Else, place)
            : ScalarBuilder.Select(
                condition,
                Translate(expression.Then, place.Under(condition)),
                Translate(expression.Else, place.Under(Not(condition))));
    }

    /// <summary>The branch that is taken, where that is known at compile time.</summary>
    private CheckedExpression Taken(CheckedExpression expression, Place place)
    {
        // a condition with reductions in it is no constant, and translating it would leave tensors behind
        while (expression is ConditionalExpression c
            && !c.Condition.All().Any(e => e is ReadExpression or ReduceExpression or SoftmaxExpression)
            && Translate(c.Condition, place) is ConstantScalar constant)
        {
            expression = constant.Real != 0 ? c.Then : c.Else;
        }
        return expression;
    }

    private static Scalar Not(Scalar condition) => ScalarBuilder.Apply(ScalarOp.Not, ElementType.Bool, condition);

    private Index? Sequence(Place place) => place.Prefix.TryGetValue(batch, out Index? position) ? position : null;

    /// <summary>Copy numbers, lifted axes, then the indices of the equation and its reductions.</summary>
    private ImmutableArray<DrawIndex> DrawIndices(ImmutableArray<IndexSymbol> symbols, Place place)
    {
        var prefix = place.Target.Prefix
            .Where(a => a.Kind != PrefixKind.Batch)
            .Select(a => new DrawIndex(Absolute(place.Prefix[a], a.Size), Factor(a.Size)));
        var own = symbols
            .Where(s => place.Symbols.ContainsKey(s))
            .Select(s => new DrawIndex(Value(s, place), Factor(place.Symbols[s].Size)));
        return [.. prefix, .. own];
    }

    private static long? Factor(Dim size) => size.TryGetConstant(out long value) ? value : null;

    private Scalar InitialDraw(InitialDrawExpression draw, Place place)
    {
        Scalar first = Translate(draw.First, place), second = Translate(draw.Second, place);
        var kind = draw.IsNormal ? DrawKind.InitialNormal : DrawKind.InitialUniform;
        Scalar unit = new DrawScalar(kind, $"{place.Comment}#{draw.Occurrence}", null, DrawIndices([.. place.Symbols.Keys.OrderBy(s => place.Variables.IndexOf(place.Symbols[s]))], place));
        Scalar scale = draw.IsNormal ? second : ScalarBuilder.Apply(ScalarOp.Subtract, ElementType.Real, second, first);
        return ScalarBuilder.Apply(ScalarOp.Add, ElementType.Real, first, ScalarBuilder.Apply(ScalarOp.Multiply, ElementType.Real, scale, unit));
    }
}
