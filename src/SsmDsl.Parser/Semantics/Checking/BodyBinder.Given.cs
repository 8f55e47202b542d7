using System.Collections.Immutable;
using SsmDsl.Diagnostics;
using SsmDsl.Syntax;

namespace SsmDsl.Semantics.Checking;

internal sealed partial class BodyBinder
{
    /// <summary>The dimensions between brackets and the hyperparameters among the arguments; others are left to the caller.</summary>
    public GivenSizes BindGiven(LayerInfo info, ApplySyntax use, Context context)
    {
        var given = ImmutableDictionary.CreateBuilder<DimSymbol, Dim>();
        int position = 0;
        foreach (BracketEntrySyntax entry in use.Brackets.IsDefault ? [] : use.Brackets)
        {
            if (DimensionOf(info, entry, ref position) is not { } symbol) continue;
            if (given.ContainsKey(symbol))
            {
                sink.Report(DiagnosticCodes.WrongArgument, entry.Span, $"the dimension {symbol} of {info.Name} is given twice");
                continue;
            }
            given.Add(symbol, dims.Bind(entry.Value!, context.Names) ?? Dim.Undefined);
        }
        var hypers = ImmutableDictionary.CreateBuilder<Hyperparameter, HyperArgument>();
        foreach (ArgumentSyntax argument in use.Arguments.IsDefault ? [] : use.Arguments)
        {
            if (argument.Label is not { } label || info.Hyper(label.Text) is not { } hyper) continue;
            if (hypers.ContainsKey(hyper.Parameter))
            {
                sink.Report(DiagnosticCodes.WrongArgument, argument.Span, $"'{label.Text}' is given twice");
                continue;
            }
            if (BindHyper(hyper, argument, context) is not { } value) continue;
            hypers.Add(hyper.Parameter, value);
            if (hyper.Parameter.Kind == HyperKind.Int) given[hyper.Symbol] = ((DimensionExpression)value.Value!).Value;
        }
        return new GivenSizes(given.ToImmutable(), hypers.ToImmutable());
    }

    private DimSymbol? DimensionOf(LayerInfo info, BracketEntrySyntax entry, ref int position)
    {
        string has = info.Listed.IsEmpty
            ? $"{info.Name} has no dimensions that a caller gives"
            : $"{info.Name} has the dimensions {string.Join(", ", info.Listed.Select(d => d.Symbol))}";
        if (entry.Value is null)
        {
            sink.Report(DiagnosticCodes.WrongArgument, entry.Span, $"'..' is no dimension; {has}");
            return null;
        }
        if (entry.Label is not { } label)
        {
            if (position < info.Listed.Length) return info.Listed[position++].Symbol;
            sink.Report(DiagnosticCodes.WrongArgument, entry.Span, $"one dimension too many: {has}");
            return null;
        }
        if (info.Listed.FirstOrDefault(d => d.Symbol.Name == label.Text) is { } listed) return listed.Symbol;
        bool isInferred = info.Inferred.Any(d => d.Name == label.Text);
        sink.Report(DiagnosticCodes.WrongArgument, entry.Span,
            isInferred ? $"the dimension {label.Text} of {info.Name} is inferred from the arguments; {has}" : $"there is no dimension '{label.Text}': {has}",
            suggestion: Words.Suggest(label.Text, info.Listed.Select(d => d.Symbol.Name)));
        return null;
    }

    /// <summary>The value of a hyperparameter at a call; null after a report.</summary>
    private HyperArgument? BindHyper(HyperInfo hyper, ArgumentSyntax argument, Context context)
    {
        Hyperparameter parameter = hyper.Parameter;
        if (parameter.Kind == HyperKind.Word) return BindWord(parameter, argument, context);
        if (parameter.Kind == HyperKind.Int)
        {
            return dims.Bind(argument.Value, context.Names) is { } size
                ? new HyperArgument(new DimensionExpression(size, argument.Value.Span), null, null) : null;
        }
        TensorValue value = Bind(argument.Value, context with { Indices = null });
        ElementType wanted = parameter.Kind == HyperKind.Bool ? ElementType.Bool : ElementType.Real;
        if (Convert(value, wanted, $"the hyperparameter '{parameter.Name}'") is not { } converted) return null;
        if (converted.At is null || !converted.IsScalar)
        {
            if (converted.IsScalar || converted.Shape.IsDefault) return null;
            sink.Report(DiagnosticCodes.WrongRank, argument.Span, $"the hyperparameter '{parameter.Name}' is a scalar; this has shape {sizes.Text(converted.Shape)}");
            return null;
        }
        CheckedExpression expression = converted.Value;
        if (expression.All().FirstOrDefault(e => e is ReadExpression or ReduceExpression or SoftmaxExpression or RandomExpression or InitialDrawExpression or TrainingExpression) is not { } variable)
            return new HyperArgument(expression, null, null);
        sink.Report(DiagnosticCodes.WrongElementType, argument.Span, $"the hyperparameter '{parameter.Name}' is known at compile time; '{TextOf(variable.Span)}' is known only at run time");
        return null;
    }

    private HyperArgument? BindWord(Hyperparameter parameter, ArgumentSyntax argument, Context context)
    {
        string words = string.Join(", ", parameter.Words);
        if (!Trees.IsName(argument.Value, out string word))
        {
            sink.Report(DiagnosticCodes.WrongArgument, argument.Span, $"'{parameter.Name}' is one of the words {words}");
            return null;
        }
        if (context.Names.Find(word) is HyperInfo { Parameter: { Kind: HyperKind.Word } own })
        {
            if (own.Words.All(parameter.Words.Contains)) return new HyperArgument(null, null, own);
            sink.Report(DiagnosticCodes.WrongArgument, argument.Span, $"'{word}' can be {string.Join(", ", own.Words.Except(parameter.Words))}, '{parameter.Name}' is one of the words {words}");
            return null;
        }
        if (parameter.Words.Contains(word)) return new HyperArgument(null, word, null);
        sink.Report(DiagnosticCodes.WrongArgument, argument.Span, $"'{word}' is none of the words of '{parameter.Name}': {words}", suggestion: Words.Suggest(word, parameter.Words));
        return null;
    }
}
