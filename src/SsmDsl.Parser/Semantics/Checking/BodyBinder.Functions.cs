using System.Collections.Immutable;
using SsmDsl.Diagnostics;
using SsmDsl.Syntax;

namespace SsmDsl.Semantics.Checking;

internal sealed partial class BodyBinder
{
    // An argument larger than this is computed once and read by name where a fn uses it more than once.
    private const int LargeExpression = 40;

    /// <summary>A use of a function, a fn, a layer or an instance; <paramref name="piped"/> is what stands left of <c>|></c>.</summary>
    private TensorValue BindUse(ApplySyntax use, TensorValue? piped, Context context)
    {
        string name = use.Name.Text;
        object? meaning = context.Names.Find(name);
        if (meaning is NamedInstance instance) return First(BindCall(Callee.Of(instance), use, piped, context, WantedNames(use)), use);
        if (meaning is LostInstance)
        {
            BindArguments(use, context);
            return TensorValue.Unknown(use.Span);
        }
        if (meaning is not null || context.Index(name) is not null)
        {
            sink.Report(DiagnosticCodes.WrongArgument, use.Span, $"'{name}' is neither a function nor a layer here");
            return TensorValue.Unknown(use.Span);
        }
        if (Functions.Find(name) is { } function) return BindFunction(function, use, piped, context);
        if (name is "random" or "uniform" or "normal" or "hippo_legs_lambda" or "hippo_legs_p") return BindDraw(use, piped, context);
        switch (context.Declarations.Find(name))
        {
            case LayerDeclaration layer when context.IsFn || context.IsInitialiser:
                sink.Report(DiagnosticCodes.WrongArgument, use.Span, $"{(context.IsFn ? "a fn is a scalar function" : "an initialiser is a scalar expression")}, it cannot use the layer {layer.Name}");
                return TensorValue.Unknown(use.Span);
            case LayerDeclaration { Info: { } info } layer:
                return First(BindCall(Callee.Of(layer, info), use, piped, context, WantedNames(use)), use);
            case FnDeclaration fn:
                return BindFn(fn, use, piped, context);
            case null:
                BindArguments(use, context);
                ReportUnknown(use.Name, context, !use.Brackets.IsDefault || (name.Length > 0 && char.IsUpper(name[0])) ? "layer " : "function or layer ");
                return TensorValue.Unknown(use.Span);
            case ConstDeclaration { IsBroken: false }:
                sink.Report(DiagnosticCodes.WrongArgument, use.Span, $"'{name}' is neither a function nor a layer here");
                return TensorValue.Unknown(use.Span);
            default:
                BindArguments(use, context);
                return TensorValue.Unknown(use.Span);
        }
    }

    private static TensorValue First(ImmutableArray<TensorValue> outputs, ApplySyntax use) =>
        outputs.IsEmpty ? TensorValue.Unknown(use.Span) : outputs[0];

    private TensorValue BindPipe(PipeSyntax pipe, Context context)
    {
        // pipes lean to the left and may be long
        var chain = new Stack<PipeSyntax>();
        ExpressionSyntax first = pipe;
        while (first is PipeSyntax p)
        {
            chain.Push(p);
            first = p.Left;
        }
        TensorValue value = Bind(first, context);
        while (chain.Count > 0)
        {
            PipeSyntax next = chain.Pop();
            value = BindUse(next.Right, value, context) with { Span = next.Span };
        }
        return value;
    }

    /// <summary>Arguments of something unknown: what is wrong in themselves is still reported.</summary>
    private void BindArguments(ApplySyntax use, Context context)
    {
        if (use.Arguments.IsDefault) return;
        foreach (ArgumentSyntax argument in use.Arguments)
        {
            if (argument.Label is null) Bind(argument.Value, context);
        }
    }

    /// <summary>The values of a function's arguments, the piped one first; null after a report.</summary>
    private ImmutableArray<TensorValue>? FunctionArguments(ApplySyntax use, TensorValue? piped, int arity, Context context)
    {
        var values = ImmutableArray.CreateBuilder<TensorValue>();
        if (piped is not null) values.Add(piped);
        if (!use.Brackets.IsDefault || use.Instance is not null)
        {
            sink.Report(DiagnosticCodes.WrongArgument, use.Span, $"'{use.Name.Text}' is a function: it has neither dimensions nor instances");
            return null;
        }
        foreach (ArgumentSyntax argument in use.Arguments.IsDefault ? [] : use.Arguments)
        {
            if (argument.Label is not null)
            {
                sink.Report(DiagnosticCodes.WrongArgument, argument.Span, $"arguments of the function '{use.Name.Text}' are given by position");
                return null;
            }
            values.Add(Bind(argument.Value, context));
        }
        if (values.Count == arity) return values.ToImmutable();
        sink.Report(DiagnosticCodes.WrongArgument, use.Span, $"'{use.Name.Text}' takes {Count(arity, "argument", "arguments")}, here {(values.Count == 1 ? "is" : "are")} {values.Count}");
        return null;
    }

    private TensorValue BindFunction(ScalarFunction function, ApplySyntax use, TensorValue? piped, Context context)
    {
        if (FunctionArguments(use, piped, function.Arity, context) is not { } arguments) return TensorValue.Unknown(use.Span);
        var values = arguments.ToBuilder();
        ElementType? joined = arguments.Aggregate((ElementType?)null, (type, a) => Elements.Join(type, a.Element));
        for (int i = 0; i < values.Count; i++)
        {
            if (!RequireNumber(values[i], $"the argument of {function.Name}")) return TensorValue.Unknown(use.Span);
            if (values[i].Element is null) continue;
            ElementType wanted = ArgumentOf(function.Domain, joined!.Value);
            if (Convert(values[i], wanted, $"the argument of {function.Name}") is not { } converted) return TensorValue.Unknown(use.Span);
            values[i] = converted;
        }
        ElementType? result = joined is { } type ? ResultOf(function.Domain, ArgumentOf(function.Domain, type)) : null;
        return Elementwise(use.Span, result, values.ToImmutable(), a => new OperationExpression(function.Op, [.. a], result!.Value, use.Span));
    }

    private static ElementType ArgumentOf(FunctionDomain domain, ElementType given) => domain switch
    {
        FunctionDomain.Real => ElementType.Real,
        FunctionDomain.Field => given == ElementType.Int ? ElementType.Real : given,
        FunctionDomain.Ordered => given == ElementType.Int ? ElementType.Int : ElementType.Real,
        FunctionDomain.Magnitude => given,
        _ => ElementType.Complex,
    };

    private static ElementType ResultOf(FunctionDomain domain, ElementType argument) => domain switch
    {
        FunctionDomain.Magnitude when argument == ElementType.Complex => ElementType.Real,
        FunctionDomain.Part => ElementType.Real,
        _ => argument,
    };

    /// <summary>A fn is its body with values for its parameters.</summary>
    private TensorValue BindFn(FnDeclaration fn, ApplySyntax use, TensorValue? piped, Context context)
    {
        if (FunctionArguments(use, piped, fn.Fn.Parameters.Length, context) is not { } arguments || fn.IsBroken) return TensorValue.Unknown(use.Span);
        var names = new NameScope(null);
        for (int i = 0; i < arguments.Length; i++)
        {
            string parameter = fn.Fn.Parameters[i].Text;
            int uses = Trees.All(fn.Fn.Body).Count(e => Trees.IsName(e, out string name) && name == parameter);
            names.Bind(parameter, new ValueName(uses > 1 ? Once(arguments[i], parameter, context) : arguments[i]));
        }
        var within = new Context(fn.Scope, names, context.Indices, IsInitialiser: context.IsInitialiser, IsFn: true, IsBranch: context.IsBranch);
        if (IsProbing) return Bind(fn.Fn.Body, within) with { Span = use.Span };
        int errors = sink.Errors;
        CommonShape(use.Span, arguments);
        if (sink.Errors > errors) return TensorValue.Unknown(use.Span);
        // findings in the body of a fn are about its use
        int draws = randoms;
        if (sink.FirstErrorOf(() => _ = Bind(fn.Fn.Body, within)) is { } error)
        {
            sink.Report(new Diagnostic(error.Code, arguments.FirstOrDefault(a => error.Span.Equals(a.Span))?.Span ?? use.Span,
                $"in {fn.Name}: {error.Message}", new RelatedPlace(error.Span, "in the fn"), error.Suggestion));
            return TensorValue.Unknown(use.Span);
        }
        randoms = draws;
        TensorValue result = Bind(fn.Fn.Body, within) with { Span = use.Span, Whole = null };
        return result.At is not null && Size(result) > LargeExpression * LargeExpression ? Once(result, fn.Name, context) : result;
    }

    /// <summary>A large value becomes a tensor of its own, so that it is computed once.</summary>
    private TensorValue Once(TensorValue value, string name, Context context)
    {
        bool isLarge = value.At is not null && value.Whole is null && !context.IsBranch && !context.IsInitialiser && !context.IsFn && Size(value) > LargeExpression;
        if (!isLarge) return value;
        var used = UsedIndices([value], context);
        if (used.Any(u => u.Range is null)) return value;
        Local local = Materialise(value, name, used, []);
        return new TensorValue(local.Type.Element, value.Shape, i => ReadOf(local, used, i, value.Shape.Length, value.Span), value.Span);
    }

    /// <summary>Nodes of its expression up to a limit; a reduction or a draw counts as large.</summary>
    private static int Size(TensorValue value)
    {
        int size = 0;
        foreach (CheckedExpression part in value.At!(Fresh(value.Shape)).All())
        {
            if (part is ReduceExpression or SoftmaxExpression or RandomExpression) return int.MaxValue;
            if (++size > 4 * LargeExpression * LargeExpression) return size;
        }
        return size;
    }

    /// <summary>Random numbers, and what only initialisers know.</summary>
    private TensorValue BindDraw(ApplySyntax use, TensorValue? piped, Context context)
    {
        string name = use.Name.Text;
        if (name == "random" == context.IsInitialiser)
        {
            sink.Report(DiagnosticCodes.UnknownName, use.Name.Span, context.IsInitialiser
                ? "random() is not known in initialisers: draw with uniform(lo, hi) or normal(mean, std)"
                : $"{name} is known only in the initialiser of a param");
            return TensorValue.Unknown(use.Span);
        }
        if (FunctionArguments(use, piped, name == "random" ? 0 : 2, context) is not { } arguments) return TensorValue.Unknown(use.Span);
        if (name == "random")
        {
            int occurrence = IsProbing ? 0 : ++randoms;
            ImmutableArray<IndexSymbol> around = [.. IndexScope.All(context.Indices).Select(i => i.Symbol)];
            return new TensorValue(ElementType.Real, [], i => new RandomExpression(occurrence, around.AddRange(i), use.Span), use.Span);
        }
        bool isTable = name is "hippo_legs_lambda" or "hippo_legs_p";
        ElementType wanted = isTable ? ElementType.Int : ElementType.Real;
        if (Convert(arguments[0], wanted, "the first argument") is not { } first || Convert(arguments[1], wanted, "the second argument") is not { } second)
            return TensorValue.Unknown(use.Span);
        if (isTable)
        {
            (ScalarOp op, ElementType type) = name == "hippo_legs_p" ? (ScalarOp.HippoLegsP, ElementType.Real) : (ScalarOp.HippoLegsLambda, ElementType.Complex);
            return Elementwise(use.Span, type, [first, second], a => new OperationExpression(op, [a[0], a[1]], type, use.Span));
        }
        int number = IsProbing ? 0 : ++draws;
        return Elementwise(use.Span, ElementType.Real, [first, second], a => new InitialDrawExpression(name == "normal", a[0], a[1], number, use.Span));
    }
}
