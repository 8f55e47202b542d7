using System.Collections.Immutable;
using SsmDsl.Diagnostics;
using SsmDsl.Syntax;
using SsmDsl.Text;

namespace SsmDsl.Semantics.Checking;

/// <summary>An output of the header, and what was assigned to it.</summary>
internal sealed class OutputName(Name name, TensorType type, string? doc)
{
    public Name Name { get; } = name;

    public TensorType Type { get; } = type;

    public string? Doc { get; } = doc;

    public TensorName? Assigned { get; set; }
}

internal sealed partial class BodyBinder
{
    private readonly Dictionary<string, OutputName> outputs = [];
    private readonly List<(TensorName Tensor, SourceSpan Place)> bindings = [];
    private readonly List<NamedInstance> instances = [];
    private readonly List<(TensorName Tensor, SourceSpan Place)> parameters = [];
    private SourceSpan? loss;

    /// <summary>Dimensions that are inferred from inputs.</summary>
    public ImmutableHashSet<DimSymbol> Inferred { get; init; } = [];

    public IReadOnlyCollection<OutputName> Outputs => outputs.Values;

    public IReadOnlyList<CheckedStatement> Statements => statements;

    public void Declare(OutputName output) => outputs[output.Name.Text] = output;

    /// <summary>Binds a body: that of the layer (<paramref name="isTop"/>) or of a repeat in it.</summary>
    public void BindBody(ImmutableArray<StatementSyntax> body, NameScope names, bool isTop)
    {
        NameInstances(body, names);
        var run = new List<AssignSyntax>();
        var pending = new List<StatementSyntax>();
        void flush()
        {
            if (run.Count > 0) BindRun(run, names, isTop);
            run.Clear();
            foreach (StatementSyntax statement in pending) BindResult(statement, names, isTop);
            pending.Clear();
        }

        foreach (StatementSyntax statement in body)
        {
            switch (statement)
            {
                case ParamSyntax p:
                    BindParameter(p, names);
                    break;
                case LetSyntax l:
                    BindLet(l, names);
                    break;
                case TargetSyntax t:
                    BindTarget(t, names, isTop);
                    break;
                case LossSyntax or MetricSyntax:
                    pending.Add(statement);
                    break;
                case AssignSyntax a when a.Targets.Any(t => !t.Indices.IsDefault):
                    run.Add(a);
                    break;
                case AssignSyntax a:
                    flush();
                    BindBinding(a, names, isTop);
                    break;
                case RepeatSyntax r:
                    flush();
                    BindRepeat(r, names);
                    break;
            }
        }
        flush();
    }

    /// <summary>Names that were declared twice, so that one of them may be the meaning of uses of the other.</summary>
    public HashSet<string> Doubtful { get; } = [];

    /// <summary>Names, parameters and instances that nothing uses. Where a name is unknown, one of them may have been meant.</summary>
    /// <param name="mentioned">Names in expressions that may not have been read because of errors.</param>
    public void ReportUnused(IReadOnlyCollection<string> mentioned)
    {
        if (isLenient || hasUnknown) return;
        bool isUnused(string name) => !Doubtful.Contains(name) && !mentioned.Contains(name);
        foreach (var (tensor, place) in parameters.Where(p => !p.Tensor.IsUsed && isUnused(p.Tensor.Name)))
            sink.Report(DiagnosticCodes.UnusedParameter, place, $"the parameter '{tensor.Name}' is never used");
        foreach (var (tensor, place) in bindings.Where(b => !b.Tensor.IsUsed && isUnused(b.Tensor.Name)))
            sink.Report(DiagnosticCodes.UnusedBinding, place, $"'{tensor.Name}' is never used");
        foreach (NamedInstance instance in instances.Where(i => !i.IsUsed && isUnused(i.Name.Text)))
            sink.Report(DiagnosticCodes.UnusedBinding, instance.Name.Span, $"'{instance.Name.Text}' is never used");
    }

    /// <summary>True if it is no word of the language; reported once.</summary>
    private bool RequireFree(Name name)
    {
        if (Words.IsFree(name)) return true;
        if (Doubtful.Add(name.Text)) Words.RequireFree(name, sink);
        return false;
    }

    /// <summary>True if the name is free for a declaration in this scope; else it is reported.</summary>
    private bool RequireNew(Name name, NameScope names)
    {
        if (!RequireFree(name)) return false;
        if (outputs.ContainsKey(name.Text) || names.Find(name.Text) is { } known && (names.FindHere(name.Text) is not null || known is not TensorName))
        {
            Doubtful.Add(name.Text);
            sink.Report(DiagnosticCodes.DeclaredTwice, name.Span, $"'{name.Text}' is declared twice",
                outputs.TryGetValue(name.Text, out OutputName? output) ? new RelatedPlace(output.Name.Span, "an output")
                    : PlaceOf(names.Find(name.Text)) is { } place ? new RelatedPlace(place, "the other declaration") : null);
            return false;
        }
        return true;
    }

    private static SourceSpan? PlaceOf(object? meaning) => meaning switch
    {
        TensorName t => t.Place,
        NamedInstance i => i.Name.Span,
        LostInstance i => i.Name.Span,
        HyperInfo h => h.Place,
        _ => null,
    };

    /// <summary>The type with its sizes; null after a report.</summary>
    public TensorType? BindType(TypeSyntax type, NameScope names)
    {
        ElementType? element = ElementOf(type);
        var shape = ImmutableArray.CreateBuilder<Dim>();
        foreach (AxisSyntax axis in type.Axes)
        {
            if (dims.Bind(axis.Size, names) is { } size) shape.Add(size);
            else element = null;
        }
        return element is { } known ? new TensorType(known, shape.ToImmutable()) : null;
    }

    public ElementType? ElementOf(TypeSyntax type)
    {
        ElementType? element = Elements.Parse(type.Element.Text);
        if (element is null)
        {
            sink.Report(DiagnosticCodes.UnknownName, type.Element.Span, $"there is no type '{type.Element.Text}'; types are real, complex, int and bool",
                suggestion: Words.Suggest(type.Element.Text, ["real", "complex", "int", "bool"]));
        }
        return element;
    }

    private void BindParameter(ParamSyntax syntax, NameScope names)
    {
        bool isNew = RequireNew(syntax.Name, names);
        TensorType? type = BindType(syntax.Type, names);
        if (type is not null)
        {
            for (int axis = 0; axis < type.Rank; axis++)
            {
                ParameterSymbols.UnionWith(type.Shape[axis].Symbols);
                AddStatic(type.Shape[axis], $"axis {axis + 1} of the parameter '{syntax.Name.Text}'", syntax.Type.Axes[axis].Size.Span);
            }
        }
        var axes = new List<IndexEntry>();
        for (int i = 0; i < syntax.Type.Axes.Length; i++)
        {
            AxisSyntax axis = syntax.Type.Axes[i];
            var entry = new IndexEntry(axis.Index?.Text ?? $"i{i + 1}", axis.Index?.Span ?? axis.Span, isLeft: true) { Annotation = type?.Shape[i] ?? Dim.Undefined };
            entry.Resolve();
            if (axis.Index is { } index && Words.RequireFree(index, sink) && axes.Any(a => a.Name == index.Text))
                sink.Report(DiagnosticCodes.DeclaredTwice, index.Span, $"the index '{index.Text}' stands twice");
            axes.Add(entry);
        }
        var context = new Context(Declarations, names, null, IsInitialiser: true).With(axes.Where((_, i) => syntax.Type.Axes[i].Index is not null));
        int drawsBefore = draws;
        draws = 0;
        TensorValue value = BindWhole(syntax.Init, context);
        draws = drawsBefore;
        var (factor, decay, frozen) = BindAttributes(syntax);
        TensorName name = new(syntax.Name.Text, syntax.Name.Span);
        if (isNew) names.Bind(syntax.Name.Text, name);
        if (type is null) return;
        (name.Element, name.Shape) = (type.Element, type.Shape);
        Local local = name.Settle(LocalKind.Parameter);
        if (isNew) parameters.Add((name, syntax.Name.Span));
        Claim(names, syntax.CheckpointName ?? syntax.Name.Text, syntax.Name.Span);
        TensorValue? converted = Convert(value, type.Element, $"the initial value of '{syntax.Name.Text}'");
        if (converted?.At is null || !Fits(converted, type.Shape, $"the initial value of '{syntax.Name.Text}'")) return;
        ImmutableArray<IndexSymbol> symbols = [.. axes.Select(a => a.Symbol)];
        statements.Add(new CheckedParameter(
            local, symbols, converted.At(symbols), syntax.CheckpointName ?? syntax.Name.Text, factor, decay, frozen, syntax.Doc, syntax.Span));
    }

    /// <summary>A scalar fills every shape; else shapes must be equal.</summary>
    private bool Fits(TensorValue value, ImmutableArray<Dim> shape, string what)
    {
        if (value.Shape.IsDefault || value.Shape.IsEmpty) return true;
        if (value.Shape.Length != shape.Length)
        {
            sink.Report(DiagnosticCodes.WrongRank, value.Span, $"{what} has shape {sizes.Text(value.Shape)}; {(shape.IsEmpty ? "a scalar" : sizes.Text(shape))} is expected");
            return false;
        }
        for (int axis = 0; axis < shape.Length; axis++)
        {
            if (sizes.Agree(shape[axis], value.Shape[axis], $"axis {axis + 1} of {what}", value.Span)) continue;
            sink.Report(DiagnosticCodes.SizesDiffer, value.Span, $"{what} has shape {sizes.Text(value.Shape)}; {sizes.Text(shape)} is expected");
            return false;
        }
        return true;
    }

    private void AddStatic(Dim size, string what, SourceSpan place) =>
        Obligation.Settle(new StaticSize(size, what, place), null, isModel ? Inferred : null, sink, Obligations);

    private (double Factor, bool Decay, bool Frozen) BindAttributes(ParamSyntax syntax)
    {
        double factor = 1;
        bool decay = true, frozen = false;
        var seen = new HashSet<string>();
        foreach (AttributeSyntax attribute in syntax.Attributes)
        {
            if (!seen.Add(attribute.Name.Text)) Wrong(attribute.Span, $"@{attribute.Name.Text} is given twice");
            switch (attribute.Name.Text)
            {
                case "lr":
                    if (Attributes.Number(attribute, sink, least: 0) is { } value) factor = value;
                    break;
                case "no_decay" or "frozen":
                    if (attribute.Argument is not null) Wrong(attribute.Argument.Span, $"@{attribute.Name.Text} takes no argument");
                    if (attribute.Name.Text == "frozen") frozen = true;
                    else decay = false;
                    break;
                default:
                    sink.Report(DiagnosticCodes.UnknownName, attribute.Name.Span, $"a parameter has no attribute '@{attribute.Name.Text}'; there are @lr(factor), @no_decay and @frozen",
                        suggestion: Words.Suggest(attribute.Name.Text, ["lr", "no_decay", "frozen"]));
                    break;
            }
        }
        return (factor, decay, frozen);
    }

    private void BindLet(LetSyntax let, NameScope names)
    {
        bool isNew = RequireNew(let.Name, names);
        var context = new Context(Declarations, names);
        ApplySyntax layer = let.Layer;
        object? meaning = names.Find(layer.Name.Text);
        LayerInfo? info = meaning is null && Declarations.Find(layer.Name.Text) is LayerDeclaration d ? d.Info : null;
        if (info is null)
        {
            if (meaning is not null || Declarations.Find(layer.Name.Text) is ConstDeclaration or FnDeclaration || Functions.Find(layer.Name.Text) is not null)
                Wrong(layer.Span, $"'{layer.Name.Text}' is no layer");
            else if (Declarations.Find(layer.Name.Text) is null) ReportUnknown(layer.Name, context, "layer ");
            if (isNew) names.Bind(let.Name.Text, new LostInstance(let.Name));
            return;
        }
        foreach (ArgumentSyntax argument in layer.Arguments.IsDefault ? [] : layer.Arguments)
        {
            if (argument.Label is not { } label) Wrong(argument.Span, "tensors are given where the instance is used; here only dimensions and hyperparameters are");
            else if (info.Hyper(label.Text) is null)
                sink.Report(DiagnosticCodes.WrongArgument, argument.Span, $"{info.Name} has no hyperparameter '{label.Text}'", suggestion: Words.Suggest(label.Text, info.Hypers.Select(h => h.Parameter.Name)));
        }
        if (layer.Instance is { } twice) Wrong(twice.Span, $"the instance has the name '{let.Name.Text}' already");
        int errors = sink.Errors;
        GivenSizes given = BindGiven(info, layer, context);
        var instance = new NamedInstance(let.Name, info, given, names.Copy) { IsBroken = sink.Errors > errors };
        if (!isNew) return;
        names.Bind(let.Name.Text, instance);
        instances.Add(instance);
        Claim(names, let.Name.Text, let.Name.Span);
    }

    private void BindTarget(TargetSyntax target, NameScope names, bool isTop)
    {
        if (!AllowsResults(target.Span, "target", isTop)) return;
        bool isNew = RequireNew(target.Name, names);
        TensorName name = new(target.Name.Text, target.Name.Span);
        if (isNew) names.Bind(target.Name.Text, name);
        if (BindType(target.Type, names) is not { } type) return;
        (name.Element, name.Shape) = (type.Element, type.Shape);
        Local local = name.Settle(LocalKind.Target);
        if (isNew) statements.Add(new CheckedTarget(local, target.Doc, target.Span));
    }

    private bool AllowsResults(SourceSpan place, string word, bool isTop)
    {
        if (isModel && isTop) return true;
        var keyword = new SourceSpan(place.File, place.Start, Math.Min(place.End, place.Start + word.Length));
        sink.Report(DiagnosticCodes.UnexpectedText, keyword, isModel ? $"unexpected '{word}' in a repeat; it stands in the model's body" : $"unexpected '{word}' in a layer; only a model has targets, a loss and metrics");
        return false;
    }

    private void BindResult(StatementSyntax statement, NameScope names, bool isTop)
    {
        var context = new Context(Declarations, names, AllowsTargets: true);
        if (statement is LossSyntax l)
        {
            if (!AllowsResults(l.Span, "loss", isTop)) return;
            if (loss is { } other) sink.Report(DiagnosticCodes.DeclaredTwice, l.Keyword, "the loss is given twice", new RelatedPlace(other, "the other loss"));
            loss ??= l.Keyword;
            if (ScalarResult(l.Value, context, "the loss") is { } value) statements.Add(new CheckedLoss(value, l.Span));
        }
        else if (statement is MetricSyntax m)
        {
            if (!AllowsResults(m.Span, "metric", isTop)) return;
            Words.RequireFree(m.Name, sink);
            if (statements.OfType<CheckedMetric>().Any(x => x.Name == m.Name.Text)) sink.Report(DiagnosticCodes.DeclaredTwice, m.Name.Span, $"the metric '{m.Name.Text}' is given twice");
            if (ScalarResult(m.Value, context, $"the metric '{m.Name.Text}'") is { } value) statements.Add(new CheckedMetric(m.Name.Text, value, m.Doc, m.Span));
        }
    }

    private CheckedExpression? ScalarResult(ExpressionSyntax expression, Context context, string what)
    {
        TensorValue value = BindWhole(expression, context);
        if (Convert(value, ElementType.Real, what) is not { } real || real.At is null) return null;
        if (real.IsScalar) return real.Value;
        sink.Report(DiagnosticCodes.WrongRank, value.Span, $"{what} is a scalar; this has shape {sizes.Text(real.Shape)}", suggestion: "take the mean: mean(…)");
        return null;
    }
}
