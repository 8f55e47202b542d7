using SsmDsl.Diagnostics;
using SsmDsl.Syntax;

namespace SsmDsl.Semantics.Checking;

/// <summary>Reads sizes: numbers, consts, dimensions and int hyperparameters under the arithmetic of dimensions.</summary>
internal sealed class DimBinder(DeclarationScope declarations, DiagnosticSink sink, ICollection<Obligation> obligations)
{
    /// <summary>The size; what is none is reported, and gives null.</summary>
    public Dim? Bind(ExpressionSyntax expression, NameScope names) => Read(expression, names, null, reports: true);

    /// <summary>The size, or null if the expression is not made of sizes alone; reports nothing but remainders.</summary>
    public Dim? Try(ExpressionSyntax expression, NameScope names, IndexScope? indices) => Read(expression, names, indices, reports: false);

    private Dim? Read(ExpressionSyntax expression, NameScope names, IndexScope? indices, bool reports, bool isRounded = false)
    {
        switch (expression)
        {
            case ParenthesesSyntax p:
                return Read(p.Inner, names, indices, reports, isRounded);
            case NumberSyntax { IsInteger: true, IsImaginary: false } n when n.Value <= long.MaxValue / 2:
                return (long)n.Value;
            case UnarySyntax { Operator: UnaryOperator.Negate } u:
                return Read(u.Operand, names, indices, reports) is { } negated ? -negated : null;
            case BinarySyntax b when b.Operator is BinaryOperator.Add or BinaryOperator.Subtract or BinaryOperator.Multiply
                or BinaryOperator.Divide or BinaryOperator.Div or BinaryOperator.Mod or BinaryOperator.Power:
                Dim? left = Read(b.Left, names, indices, reports), right = Read(b.Right, names, indices, reports);
                return left is null || right is null ? null : Combine(b, left, right, isRounded, reports);
            case ApplySyntax { Brackets.IsDefault: true, Arguments.IsDefault: true, Instance: null } name:
                return OfName(name.Name, names, indices, reports);
            case ApplySyntax { Brackets.IsDefault: true, Arguments.IsDefault: false, Instance: null } call when IsFunction(call):
                return Call(call, names, indices, reports);
        }
        if (reports) sink.Report(DiagnosticCodes.WrongElementType, expression.Span, "a size is expected here: whole numbers, dimensions, + - * /, ceil, floor, min, max");
        return null;
    }

    private Dim? Combine(BinarySyntax operation, Dim left, Dim right, bool isRounded, bool reports)
    {
        switch (operation.Operator)
        {
            case BinaryOperator.Add: return left + right;
            case BinaryOperator.Subtract: return left - right;
            case BinaryOperator.Multiply: return left * right;
            case BinaryOperator.Div: return Dim.Floor(left, right);
            case BinaryOperator.Mod: return left - (right * Dim.Floor(left, right));
            case BinaryOperator.Power when right.TryGetConstant(out long exponent) && exponent is >= 0 and <= 64:
                return Enumerable.Repeat(left, (int)exponent).Aggregate((Dim)1, (product, factor) => product * factor);
            case BinaryOperator.Divide:
                Dim quotient = left / right;
                if (!isRounded)
                {
                    string text = operation.Span.File.Text.Substring(operation.Span.Start, operation.Span.Length);
                    Obligation.Settle(new WholeQuotient(quotient, text, operation.Span), null, null, sink, obligations);
                    if (quotient.IsFraction) return Dim.Undefined;
                }
                return quotient;
        }
        if (reports) sink.Report(DiagnosticCodes.WrongElementType, operation.Right.Span, "the power of a size is a whole number from 0 to 64");
        return null;
    }

    private static bool IsFunction(ApplySyntax call) =>
        (call.Name.Text is "ceil" or "floor" && call.Arguments.Length == 1)
        || (call.Name.Text is "min" or "max" && call.Arguments.Length >= 2);

    private Dim? Call(ApplySyntax call, NameScope names, IndexScope? indices, bool reports)
    {
        bool rounds = call.Name.Text is "ceil" or "floor";
        Dim? result = null;
        foreach (ArgumentSyntax argument in call.Arguments)
        {
            if (Read(argument.Value, names, indices, reports, isRounded: rounds) is not { } value) return null;
            result = (call.Name.Text, result) switch
            {
                ("ceil", _) => Dim.Ceil(value, 1),
                ("floor", _) => Dim.Floor(value, 1),
                (_, null) => value,
                ("min", _) => Dim.Min(result, value),
                _ => Dim.Max(result, value),
            };
        }
        return result;
    }

    private Dim? OfName(Name name, NameScope names, IndexScope? indices, bool reports)
    {
        if (IndexScope.Find(indices, name.Text) is not null) return null;
        object? meaning = names.Find(name.Text);
        switch (meaning)
        {
            case DimensionName d:
                return Dim.Of(d.Symbol);
            case HyperInfo { Parameter.Kind: HyperKind.Int } h:
                return Dim.Of(h.Symbol);
        }
        Declaration? declaration = meaning is null ? declarations.Find(name.Text) : null;
        if (declaration is ConstDeclaration { Size: { } size }) return size;
        if (!reports) return null;
        if (meaning is CopyNumber)
            sink.Report(DiagnosticCodes.NotStatic, name.Span, $"'{name.Text}' is the number of a copy, which differs from copy to copy; a size is expected here");
        else if (meaning is not null || declaration is not null)
        {
            if (declaration is not { IsBroken: true })
                sink.Report(DiagnosticCodes.WrongElementType, name.Span, $"'{name.Text}' is no size; a dimension or a whole number is expected here");
        }
        else if (!declarations.IsLost(name.Text))
        {
            var known = names.Names.Where(n => names.Find(n) is DimensionName or HyperInfo);
            sink.Report(DiagnosticCodes.UnknownName, name.Span, $"there is no dimension named '{name.Text}'", suggestion: Words.Suggest(name.Text, known));
        }
        return null;
    }
}
