using SsmDsl.Diagnostics;
using SsmDsl.Syntax;

namespace SsmDsl.Semantics.Checking;

/// <summary>Checks consts and fns.</summary>
internal static class ScalarChecker
{
    public static void Check(ConstDeclaration declaration, ConstSyntax syntax, DiagnosticSink sink)
    {
        if (declaration.IsBroken) return;
        int errors = sink.Errors;
        var body = new BodyBinder(declaration.Scope, sink, isModel: false, isLenient: false, values: null);
        var names = new NameScope(null);
        TensorValue value = body.Bind(syntax.Value, new Context(declaration.Scope, names));
        if (value.At is not null && value.Value.All().Any(e => e is RandomExpression or TrainingExpression))
            sink.Report(DiagnosticCodes.WrongElementType, syntax.Value.Span, $"the const '{syntax.Name.Text}' is known at compile time; this is known only at run time");
        // sizes divide to a size where that leaves no remainder: width/2 is a size too, though its value is real
        Dim? size = sink.Muted(() => new DimBinder(declaration.Scope, sink, body.Obligations).Try(syntax.Value, names, null));
        if (size is { IsUndefined: false }) declaration.Size = size;
        declaration.Value = value;
        declaration.IsBroken = sink.Errors > errors || value.At is null;
    }

    /// <summary>A fn is checked with real parameters; whether other types fit is decided where it is used.</summary>
    public static void Check(FnDeclaration declaration, DiagnosticSink sink)
    {
        if (declaration.IsBroken) return;
        int errors = sink.Errors;
        var names = new NameScope(null);
        foreach (Name parameter in declaration.Fn.Parameters)
        {
            if (!Words.RequireFree(parameter, sink)) continue;
            if (names.FindHere(parameter.Text) is not null)
                sink.Report(DiagnosticCodes.DeclaredTwice, parameter.Span, $"the parameter '{parameter.Text}' is declared twice");
            names.Bind(parameter.Text, new ValueName(new TensorValue(null, [], null, parameter.Span)));
        }
        var body = new BodyBinder(declaration.Scope, sink, isModel: false, isLenient: false, values: null);
        body.Bind(declaration.Fn.Body, new Context(declaration.Scope, names, IsFn: true));
        declaration.IsBroken = sink.Errors > errors;
    }
}
