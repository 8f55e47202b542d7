using SsmDsl.Diagnostics;
using SsmDsl.Syntax;

namespace SsmDsl.Semantics.Checking;

internal sealed partial class BodyBinder
{
    private TensorValue BindUnary(UnarySyntax unary, Context context)
    {
        TensorValue operand = Bind(unary.Operand, context);
        if (unary.Operator == UnaryOperator.Not)
        {
            return RequireBool(operand, "the operand of 'not'")
                ? Elementwise(unary.Span, ElementType.Bool, [operand], a => new OperationExpression(ScalarOp.Not, [a[0]], ElementType.Bool, unary.Span))
                : TensorValue.Unknown(unary.Span);
        }
        if (!RequireNumber(operand, "the operand of '-'")) return TensorValue.Unknown(unary.Span);
        return Elementwise(unary.Span, operand.Element, [operand], a => a[0] is ConstantExpression c
            ? new ConstantExpression(-c.Real, -c.Imaginary, c.Type, unary.Span)
            : new OperationExpression(ScalarOp.Negate, [a[0]], a[0].Type, unary.Span));
    }

    private TensorValue BindBinary(BinarySyntax binary, Context context)
    {
        if (BindWordTest(binary, context) is { } test) return test;
        // chains of operators lean to the left and may be long
        var chain = new Stack<BinarySyntax>();
        ExpressionSyntax first = binary;
        while (first is BinarySyntax b && (ReferenceEquals(b, binary) || !IsWordTest(b, context)))
        {
            chain.Push(b);
            first = b.Left;
        }
        TensorValue value = Bind(first, context);
        while (chain.Count > 0)
        {
            BinarySyntax next = chain.Pop();
            bool isBranch = next.Operator is BinaryOperator.And or BinaryOperator.Or;
            value = Operate(next, value, Bind(next.Right, isBranch ? context with { IsBranch = true } : context));
        }
        return value;
    }

    private TensorValue Operate(BinarySyntax binary, TensorValue left, TensorValue right)
    {
        switch (binary.Operator)
        {
            case BinaryOperator.And or BinaryOperator.Or:
                return RequireBool(left, "the left side") & RequireBool(right, "the right side")
                    ? Operation(binary, left, right, null, ElementType.Bool)
                    : TensorValue.Unknown(binary.Span);
            case BinaryOperator.Div or BinaryOperator.Mod:
                return Convert(left, ElementType.Int, "the left side") is { } a & Convert(right, ElementType.Int, "the right side") is { } b
                    ? Operation(binary, left, right, ElementType.Int, ElementType.Int)
                    : TensorValue.Unknown(binary.Span);
            case BinaryOperator.Equal or BinaryOperator.NotEqual when left.Element == ElementType.Bool && right.Element is null or ElementType.Bool:
                return Operation(binary, left, right, null, ElementType.Bool);
        }
        if (binary.Operator is BinaryOperator.Equal or BinaryOperator.NotEqual && left.Element == ElementType.Bool)
        {
            RequireBool(right, "the right side");
            return TensorValue.Unknown(binary.Span);
        }
        if (!(RequireNumber(left, "the left side") & RequireNumber(right, "the right side"))) return TensorValue.Unknown(binary.Span);
        ElementType? joined = Elements.Join(left.Element, right.Element);
        switch (binary.Operator)
        {
            case BinaryOperator.Divide:
                if (joined == ElementType.Int) joined = ElementType.Real;
                return Operation(binary, left, right, joined, joined);
            case BinaryOperator.Power:
                return Power(binary, left, right);
            case BinaryOperator.Add or BinaryOperator.Subtract or BinaryOperator.Multiply:
                return Operation(binary, left, right, joined, joined);
        }
        bool isOrder = binary.Operator is not (BinaryOperator.Equal or BinaryOperator.NotEqual);
        foreach (TensorValue side in new[] { left, right })
        {
            if (isOrder && side.Element == ElementType.Complex)
            {
                sink.Report(DiagnosticCodes.WrongElementType, side.Span, "complex numbers have no order; compare re(…), im(…) or abs(…)");
                return TensorValue.Unknown(binary.Span);
            }
        }
        return Operation(binary, left, right, joined, ElementType.Bool);
    }

    /// <param name="operands">What both sides are converted to; null leaves them.</param>
    private TensorValue Operation(BinarySyntax binary, TensorValue left, TensorValue right, ElementType? operands, ElementType? result)
    {
        if (operands is { } type)
        {
            if (left.Element is not null) left = left.As(type);
            if (right.Element is not null) right = right.As(type);
        }
        ScalarOp op = OpOf(binary.Operator);
        return Elementwise(binary.Span, result, [left, right], a => new OperationExpression(op, [a[0], a[1]], result!.Value, binary.Span));
    }

    /// <summary>A whole exponent that is written out is multiplied out; else the power of reals or complex numbers.</summary>
    private TensorValue Power(BinarySyntax binary, TensorValue left, TensorValue right)
    {
        if (left.Element is null || right.Element is null)
            return Elementwise(binary.Span, left.Element is ElementType.Int ? null : left.Element, [left, right], a => a[0]);
        if (right is { Element: ElementType.Int, IsScalar: true } && (IsProbing || right is { At: not null, Value: ConstantExpression }))
        {
            double exponent = IsProbing ? 1 : ((ConstantExpression)right.Value).Real;
            TensorValue @base = left.Element == ElementType.Int && exponent < 0 ? left.As(ElementType.Real) : left;
            return Elementwise(binary.Span, @base.Element, [@base, right],
                a => new OperationExpression(ScalarOp.PowerInteger, [a[0], a[1]], a[0].Type, binary.Span));
        }
        ElementType type = Elements.Join(Elements.Join(left.Element, right.Element), ElementType.Real)!.Value;
        return Operation(binary, left, right, type, type);
    }

    private TensorValue BindIf(IfSyntax syntax, Context context)
    {
        TensorValue condition = Bind(syntax.Condition, context);
        Context branch = context with { IsBranch = true };
        TensorValue then = Bind(syntax.Then, branch), otherwise = Bind(syntax.Else, branch);
        if (!RequireBool(condition, "the condition")) return TensorValue.Unknown(syntax.Span);
        ElementType? type = Elements.Join(then.Element, otherwise.Element);
        if (then.Element is { } t && otherwise.Element is { } o && type is null)
        {
            sink.Report(DiagnosticCodes.WrongElementType, otherwise.Span, $"the branches are {Elements.Text(t)} and {Elements.Text(o)}; both must be of one type", new(then.Span, "the other branch"));
            return TensorValue.Unknown(syntax.Span);
        }
        if (type is { } joined)
        {
            if (then.Element is not null) then = then.As(joined);
            if (otherwise.Element is not null) otherwise = otherwise.As(joined);
        }
        return Elementwise(syntax.Span, type, [condition, then, otherwise],
            a => new ConditionalExpression(a[0], a[1], a[2], type!.Value, syntax.Span));
    }

    private static ScalarOp OpOf(BinaryOperator op) => op switch
    {
        BinaryOperator.Add => ScalarOp.Add,
        BinaryOperator.Subtract => ScalarOp.Subtract,
        BinaryOperator.Multiply => ScalarOp.Multiply,
        BinaryOperator.Divide => ScalarOp.Divide,
        BinaryOperator.Div => ScalarOp.Div,
        BinaryOperator.Mod => ScalarOp.Mod,
        BinaryOperator.Power => ScalarOp.Power,
        BinaryOperator.Equal => ScalarOp.Equal,
        BinaryOperator.NotEqual => ScalarOp.NotEqual,
        BinaryOperator.Less => ScalarOp.Less,
        BinaryOperator.LessOrEqual => ScalarOp.LessOrEqual,
        BinaryOperator.Greater => ScalarOp.Greater,
        BinaryOperator.GreaterOrEqual => ScalarOp.GreaterOrEqual,
        BinaryOperator.And => ScalarOp.And,
        BinaryOperator.Or => ScalarOp.Or,
        _ => throw new InvalidOperationException(op.ToString()),
    };

    private bool IsWordTest(BinarySyntax binary, Context context) =>
        binary.Operator is BinaryOperator.Equal or BinaryOperator.NotEqual
        && (WordHyper(binary.Left, context) is not null || WordHyper(binary.Right, context) is not null);

    /// <summary><c>mode == best</c>, decided when the layer is expanded; null if neither side is a hyperparameter of words.</summary>
    private TensorValue? BindWordTest(BinarySyntax binary, Context context)
    {
        if (!IsWordTest(binary, context)) return null;
        HyperInfo? left = WordHyper(binary.Left, context);
        HyperInfo hyper = left ?? WordHyper(binary.Right, context)!;
        ExpressionSyntax other = left is null ? binary.Left : binary.Right;
        if (other is not ApplySyntax { Brackets.IsDefault: true, Arguments.IsDefault: true } word)
        {
            sink.Report(DiagnosticCodes.WrongArgument, other.Span, $"'{hyper.Parameter.Name}' is one of the words {string.Join(", ", hyper.Parameter.Words)}; one of them is expected here");
            return TensorValue.Unknown(binary.Span);
        }
        if (!hyper.Parameter.Words.Contains(word.Name.Text))
        {
            sink.Report(DiagnosticCodes.WrongArgument, word.Span, $"'{word.Name.Text}' is none of the words of '{hyper.Parameter.Name}': {string.Join(", ", hyper.Parameter.Words)}",
                suggestion: Words.Suggest(word.Name.Text, hyper.Parameter.Words));
            return TensorValue.Unknown(binary.Span);
        }
        CheckedExpression test = new WordTestExpression(hyper.Parameter, word.Name.Text, binary.Span);
        return TensorValue.Scalar(binary.Operator == BinaryOperator.Equal ? test : new OperationExpression(ScalarOp.Not, [test], ElementType.Bool, binary.Span));
    }

    private static HyperInfo? WordHyper(ExpressionSyntax side, Context context) =>
        side is ApplySyntax { Brackets.IsDefault: true, Arguments.IsDefault: true } name
        && context.Index(name.Name.Text) is null
        && context.Names.Find(name.Name.Text) is HyperInfo { Parameter.Kind: HyperKind.Word } hyper ? hyper : null;
}
