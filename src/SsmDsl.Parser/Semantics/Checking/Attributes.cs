using SsmDsl.Diagnostics;
using SsmDsl.Syntax;

namespace SsmDsl.Semantics.Checking;

/// <summary>Arguments of attributes: numbers.</summary>
internal static class Attributes
{
    /// <summary>The number of <c>@lr(0.25)</c>; null after a report.</summary>
    public static double? Number(AttributeSyntax attribute, DiagnosticSink sink, double least)
    {
        if (attribute.Argument is not { } argument)
        {
            sink.Report(DiagnosticCodes.WrongArgument, attribute.Span, $"@{attribute.Name.Text} needs a number: @{attribute.Name.Text}(0.5)");
            return null;
        }
        if (Value(argument) is not { } value)
        {
            sink.Report(DiagnosticCodes.WrongElementType, argument.Span, $"@{attribute.Name.Text} takes a number that is written out");
            return null;
        }
        if (value >= least) return value;
        sink.Report(DiagnosticCodes.WrongArgument, argument.Span, $"@{attribute.Name.Text} takes a number of at least {least}");
        return null;
    }

    private static double? Value(ExpressionSyntax expression) => expression switch
    {
        NumberSyntax { IsImaginary: false } n => n.Value,
        ParenthesesSyntax p => Value(p.Inner),
        UnarySyntax { Operator: UnaryOperator.Negate } u => -Value(u.Operand),
        BinarySyntax { Operator: BinaryOperator.Multiply } b => Value(b.Left) * Value(b.Right),
        BinarySyntax { Operator: BinaryOperator.Divide } b => Value(b.Left) / Value(b.Right),
        _ => null,
    };
}
