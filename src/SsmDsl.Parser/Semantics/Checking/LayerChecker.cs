using System.Collections.Immutable;
using SsmDsl.Checks;
using SsmDsl.Diagnostics;
using SsmDsl.Syntax;

namespace SsmDsl.Semantics.Checking;

/// <summary>Checks one layer, its dimensions as unknowns: header, body, and what follows from both.</summary>
internal sealed class LayerChecker(LayerDeclaration declaration, LayerSyntax syntax, DiagnosticSink sink)
{
    private readonly NameScope names = new(null);
    private readonly List<Obligation> obligations = [];
    private readonly List<DimSymbol> inferred = [];
    private readonly Dictionary<string, Name> declared = [];
    private readonly HashSet<string> doubtful = [];
    private readonly int errorsBefore = sink.Errors;

    public static void Check(LayerDeclaration declaration, LayerSyntax syntax, DiagnosticSink sink) =>
        declaration.Info = new LayerChecker(declaration, syntax, sink).Check();

    private LayerInfo Check()
    {
        var dims = new DimBinder(declaration.Scope, sink, obligations);
        HashSet<string> ints = HyperKinds.Ints(syntax, declaration.Scope);
        DeclareHeader();
        var listedNames = syntax.Dimensions.Where(d => IsDeclared(d.Name)).ToList();
        foreach (DimensionSyntax dimension in listedNames) names.Bind(dimension.Name.Text, new DimensionName(new DimSymbol(dimension.Name.Text)));
        var hyperInputs = syntax.Inputs.Where(i => i.Type is null && IsDeclared(i.Name)).ToList();
        ImmutableArray<HyperInfo> hypers = [.. hyperInputs.Select(i => Hyper(i, ints))];
        foreach (HyperInfo hyper in hypers) names.Bind(hyper.Parameter.Name, hyper);
        InferDimensions();

        ImmutableArray<ListedDimension> listed = [.. listedNames.Select(d => Listed(d, dims))];
        ImmutableDictionary<DimSymbol, Dim>? values = syntax.IsModel ? ModelValues.Of(listed, [], [.. inferred], sink) : null;
        var body = new BodyBinder(declaration.Scope, sink, syntax.IsModel, syntax.HasErrors, values) { Inferred = [.. inferred], Lost = syntax.Lost };
        body.Obligations.AddRange(obligations);
        body.Doubtful.UnionWith(doubtful);
        hypers = [.. hypers.Select((h, i) => Default(h, hyperInputs[i], body, dims))];
        foreach (HyperInfo hyper in hypers) names.Bind(hyper.Parameter.Name, hyper);
        if (values is not null) values = ModelValues.Of(listed, hypers, [.. inferred], sink);

        ImmutableArray<LayerInput> inputs = [.. syntax.Inputs.Where(i => i.Type is not null && IsDeclared(i.Name)).Select(i => Input(i, body)).OfType<LayerInput>()];
        foreach (OutputSyntax output in syntax.Outputs)
        {
            if (!IsDeclared(output.Name) || body.BindType(output.Type, names) is not { } type) continue;
            body.Declare(new OutputName(output.Name, type, output.Doc));
        }
        if (!declaration.IsBroken)
        {
            body.BindBody(syntax.Body, names, isTop: true);
            RequireOutputs(body);
        }
        return Complete(body, listed, hypers, inputs);
    }

    /// <summary>The names of the header in the order of the text; those that are reserved or taken are reported.</summary>
    private void DeclareHeader()
    {
        foreach (Name name in syntax.Dimensions.Select(d => d.Name).Concat(syntax.Inputs.Select(i => i.Name)).Concat(syntax.Outputs.Select(o => o.Name)))
        {
            if (!Words.RequireFree(name, sink)) doubtful.Add(name.Text);
            else if (!declared.TryGetValue(name.Text, out Name? other)) declared.Add(name.Text, name);
            else
            {
                doubtful.Add(name.Text);
                sink.Report(DiagnosticCodes.DeclaredTwice, name.Span, $"'{name.Text}' is declared twice", new RelatedPlace(other.Span, "the other declaration"));
            }
        }
    }

    private bool IsDeclared(Name name) => declared.TryGetValue(name.Text, out Name? first) && ReferenceEquals(first, name);

    /// <summary>Names in the types of inputs and targets that mean nothing else are dimensions, inferred from arguments.</summary>
    private void InferDimensions()
    {
        var types = syntax.Inputs.Select(i => i.Type).OfType<TypeSyntax>().Concat(syntax.Body.OfType<TargetSyntax>().Select(t => t.Type));
        foreach (ExpressionSyntax part in types.SelectMany(Trees.Of).SelectMany(Trees.All))
        {
            if (part is not ApplySyntax { Brackets.IsDefault: true, Arguments.IsDefault: true } use) continue;
            if (names.Find(use.Name.Text) is not null || declaration.Scope.Find(use.Name.Text) is ConstDeclaration) continue;
            if (!Words.RequireFree(use.Name, sink)) continue;
            var symbol = new DimSymbol(use.Name.Text);
            names.Bind(use.Name.Text, new DimensionName(symbol));
            inferred.Add(symbol);
            if (!declared.ContainsKey(use.Name.Text)) declared.Add(use.Name.Text, use.Name);
        }
    }

    private ListedDimension Listed(DimensionSyntax dimension, DimBinder dims)
    {
        var symbol = new DimSymbol(dimension.Name.Text);
        if (dimension.Default is { } value)
        {
            int before = obligations.Count;
            Dim size = dims.Bind(value, names) ?? Dim.Undefined;
            ImmutableArray<Obligation> conditions = [.. obligations.Skip(before)];
            obligations.RemoveRange(before, conditions.Length);
            return new ListedDimension(symbol, size, dimension.Name.Span, conditions);
        }
        if (syntax.IsModel) sink.Report(DiagnosticCodes.SizeUnknown, dimension.Name.Span, $"the dimension '{symbol}' of a model needs a value: {symbol}: 64");
        return new ListedDimension(symbol, syntax.IsModel ? Dim.Undefined : null, dimension.Name.Span, []);
    }

    private static HyperInfo Hyper(InputSyntax input, HashSet<string> ints)
    {
        HyperKind kind = !input.Words.IsEmpty ? HyperKind.Word
            : input.Default is BoolSyntax ? HyperKind.Bool
            : ints.Contains(input.Name.Text) ? HyperKind.Int : HyperKind.Real;
        var parameter = new Hyperparameter(input.Name.Text, kind, [.. input.Words.Select(w => w.Text)]);
        HyperArgument @default = kind == HyperKind.Word ? new HyperArgument(null, input.Words[0].Text, null) : new HyperArgument(null, null, null);
        return new HyperInfo(parameter, @default, kind == HyperKind.Int ? Dim.Undefined : null, input.Name.Span);
    }

    private HyperInfo Default(HyperInfo hyper, InputSyntax input, BodyBinder body, DimBinder dims)
    {
        if (hyper.Parameter.Kind == HyperKind.Word) return hyper;
        if (input.Default is not { } value) return hyper;
        if (hyper.Parameter.Kind == HyperKind.Int)
        {
            Dim size = dims.Bind(value, names) ?? Dim.Undefined;
            return hyper with { Size = size, Default = new HyperArgument(new DimensionExpression(size, value.Span), null, null) };
        }
        ElementType type = hyper.Parameter.Kind == HyperKind.Bool ? ElementType.Bool : ElementType.Real;
        CheckedExpression? bound = body.BindConstant(value, names, type, $"the hyperparameter '{hyper.Parameter.Name}'");
        return hyper with { Default = new HyperArgument(bound ?? new ConstantExpression(0, 0, type, value.Span), null, null) };
    }

    private LayerInput? Input(InputSyntax input, BodyBinder body)
    {
        if (body.BindType(input.Type!, names) is not { } type)
        {
            names.Bind(input.Name.Text, new TensorName(input.Name.Text, input.Name.Span));
            return null;
        }
        var local = new Local(input.Name.Text, LocalKind.Input, type, input.Name.Span);
        names.Bind(input.Name.Text, TensorName.Of(local));
        CheckedExpression? fill = input.Default is { } value
            ? body.BindConstant(value, names, type.Element, $"the default of '{input.Name.Text}'") ?? new ConstantExpression(0, 0, type.Element, value.Span)
            : null;
        return new LayerInput(local, fill, input.Doc);
    }

    private void RequireOutputs(BodyBinder body)
    {
        if (syntax.HasErrors) return;
        foreach (OutputName output in body.Outputs.Where(o => o.Assigned is null))
            sink.Report(DiagnosticCodes.NotFilledOnce, output.Name.Span, $"the output '{output.Name.Text}' is never assigned");
    }

    /// <summary>All names in expressions of the body.</summary>
    private HashSet<string> Mentioned() =>
        [.. Trees.All(syntax.Body).SelectMany(Trees.Of).SelectMany(Trees.All).OfType<ApplySyntax>().Select(a => a.Name.Text)];

    private LayerInfo Complete(BodyBinder body, ImmutableArray<ListedDimension> listed, ImmutableArray<HyperInfo> hypers, ImmutableArray<LayerInput> inputs)
    {
        var analysis = new LayerAnalysis(body, [.. inferred], syntax.IsModel ? [.. inferred] : null, sink);
        analysis.Run();
        if (!declaration.IsBroken) body.ReportUnused(sink.Errors > errorsBefore ? Mentioned() : []);
        bool hasErrors = sink.Errors > errorsBefore || syntax.HasErrors || declaration.IsBroken || body.UsesBroken
            || body.Outputs.Any(o => o.Assigned?.Local is null);
        CheckedLayer layer(Func<OutputName, ImmutableArray<Local>> dependsOn) => new()
        {
            Name = declaration.Name,
            IsModel = syntax.IsModel,
            Doc = syntax.Doc,
            NameSpan = syntax.Name.Span,
            Dimensions =
            [
                .. listed.Select(d => new LayerDimension(d.Symbol, true, false)),
                .. inferred.Select(s => new LayerDimension(s, false, analysis.Sequence.Contains(s))),
            ],
            Hyperparameters = [.. hypers.Select(h => h.Parameter)],
            Inputs = inputs,
            Outputs = [.. body.Outputs.Select(o => new LayerOutput(o.Name.Text, o.Type, o.Assigned?.Local ?? new Local(o.Name.Text, LocalKind.Value, o.Type, o.Name.Span), dependsOn(o), o.Doc))],
            Body = [.. body.Statements],
            HasErrors = hasErrors,
        };
        ILookup<Local, Local> sources = Needs.Sources(body.Statements);
        ImmutableArray<Local> DependsOn(OutputName output)
        {
            // of a broken layer nothing is known: its outputs are taken to depend on everything
            if (output.Assigned?.Local is not { } value || hasErrors) return [.. inputs.Select(i => i.Local)];
            HashSet<Local> needs = Needs.Of(sources, [value]);
            return [.. inputs.Select(i => i.Local).Where(needs.Contains)];
        }

        return new LayerInfo(declaration.Name, layer(DependsOn), listed, [.. inferred], hypers)
        {
            Obligations = [.. body.Obligations, .. Positive(body, listed, hypers, inputs)],
            ParameterSymbols = [.. body.ParameterSymbols],
            Sequence = analysis.Sequence,
        };
    }

    /// <summary>Dimensions that are sizes of axes are at least 1; a number of copies may be 0.</summary>
    private static IEnumerable<Obligation> Positive(
        BodyBinder body, ImmutableArray<ListedDimension> listed, ImmutableArray<HyperInfo> hypers, ImmutableArray<LayerInput> inputs)
    {
        var sizes = new HashSet<DimSymbol>();
        void add(IEnumerable<Dim> shape) => sizes.UnionWith(shape.SelectMany(d => d.Symbols));
        foreach (LayerInput input in inputs) add(input.Local.Type.Shape);
        foreach (OutputName output in body.Outputs) add(output.Type.Shape);
        foreach (CheckedStatement statement in body.Statements.All())
        {
            foreach (Local local in statement.Defines()) add(local.Type.Shape);
            if (statement is CheckedCall call) add(call.Instance.Dimensions.Values);
            if (statement is CheckedEquation equation)
            {
                foreach (var part in equation.Value.All().OfType<ReduceExpression>()) add(part.Indices.Select(i => i.Range));
            }
        }
        foreach (ListedDimension dimension in listed.Where(d => sizes.Contains(d.Symbol)))
            yield return new LeastSize(Dim.Of(dimension.Symbol), $"the dimension {dimension.Symbol}", 1, dimension.Place);
        foreach (HyperInfo hyper in hypers.Where(h => h.Parameter.Kind == HyperKind.Int && sizes.Contains(h.Symbol)))
            yield return new LeastSize(Dim.Of(hyper.Symbol), $"the hyperparameter {hyper.Symbol}", 1, hyper.Place);
    }
}
