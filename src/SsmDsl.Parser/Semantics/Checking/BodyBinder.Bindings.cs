using System.Collections.Immutable;
using SsmDsl.Diagnostics;
using SsmDsl.Syntax;

namespace SsmDsl.Semantics.Checking;

internal sealed partial class BodyBinder
{
    // The call whose results are bound to names as they are, and these names.
    private (ApplySyntax Use, ImmutableArray<string?> Names)? wanted;

    /// <summary><c>name = expr</c>, <c>(a, b) = Layer(x)</c>.</summary>
    private void BindBinding(AssignSyntax assign, NameScope names, bool isTop)
    {
        var context = new Context(Declarations, names);
        ImmutableArray<TensorValue> values = BindValues(assign, context);
        for (int i = 0; i < assign.Targets.Length; i++)
        {
            if (assign.Targets[i].Name is { } name) BindTo(name, i < values.Length ? values[i] : TensorValue.Unknown(assign.Value.Span), assign, names, isTop);
        }
    }

    private ImmutableArray<TensorValue> BindValues(AssignSyntax assign, Context context)
    {
        ApplySyntax? last = LastUse(assign.Value);
        if (last is not null) wanted = (last, [.. assign.Targets.Select(t => t.Name?.Text)]);
        try
        {
            if (!assign.IsTuple) return [BindWhole(assign.Value, context)];
            if (Trees.HasIndices(assign.Value)) Probe(() => BindOutputs(assign, last, context));
            return BindOutputs(assign, last, context);
        }
        finally
        {
            wanted = null;
        }
    }

    /// <summary>The use whose value the whole expression is.</summary>
    private static ApplySyntax? LastUse(ExpressionSyntax expression) => expression switch
    {
        ParenthesesSyntax p => LastUse(p.Inner),
        PipeSyntax p => p.Right,
        ApplySyntax a => a,
        _ => null,
    };

    /// <summary>All outputs of the layer on the right side of a destructuring.</summary>
    private ImmutableArray<TensorValue> BindOutputs(AssignSyntax assign, ApplySyntax? last, Context context)
    {
        ExpressionSyntax value = assign.Value;
        while (value is ParenthesesSyntax p) value = p.Inner;
        Callee? callee = last is null ? null
            : context.Names.Find(last.Name.Text) is NamedInstance named ? Callee.Of(named)
            : context.Names.Find(last.Name.Text) is null && context.Declarations.Find(last.Name.Text) is LayerDeclaration { Info: { } info } d ? Callee.Of(d, info)
            : null;
        if (callee is null)
        {
            // an unknown layer is reported as such
            int errors = sink.Errors;
            Bind(assign.Value, context);
            bool isUnknown = last is not null && context.Declarations.Find(last.Name.Text) is null or LayerDeclaration || (last is not null && context.Names.Find(last.Name.Text) is LostInstance);
            if (sink.Errors == errors && !isUnknown) Wrong(assign.Value.Span, "only a layer has several outputs; a use of one is expected here");
            return NoOutputs;
        }
        TensorValue? piped = value is PipeSyntax pipe ? Bind(pipe.Left, context) : null;
        ImmutableArray<TensorValue> outputs = BindCall(callee, last!, piped, context, WantedNames(last!));
        if (outputs.IsEmpty || assign.Targets.Length <= callee.Info.Layer.Outputs.Length) return outputs;
        Wrong(assign.Targets[callee.Info.Layer.Outputs.Length].Span,
            $"{callee.Info.Name} has {Count(callee.Info.Layer.Outputs.Length, "output", "outputs")}: {string.Join(", ", callee.Info.Layer.Outputs.Select(o => o.Name))}");
        return NoOutputs;
    }

    private ImmutableArray<string?> WantedNames(ApplySyntax use) =>
        wanted is { } w && ReferenceEquals(w.Use, use) ? w.Names : default;

    private void BindTo(Name name, TensorValue value, AssignSyntax assign, NameScope names, bool isTop)
    {
        OutputName? output = outputs.TryGetValue(name.Text, out OutputName? declared) ? declared : null;
        if (output is not null && (output.Assigned is not null || !isTop))
        {
            if (output.Assigned is { } first)
            {
                sink.Report(DiagnosticCodes.NotFilledOnce, name.Span, $"the output '{name.Text}' is assigned twice", new RelatedPlace(first.Place, "the first assignment"));
                return;
            }
            output = null;
        }
        if (!RequireFree(name)) return;
        if (names.Find(name.Text) is { } known and not TensorName)
        {
            Doubtful.Add(name.Text);
            sink.Report(DiagnosticCodes.DeclaredTwice, name.Span, $"'{name.Text}' is declared twice", PlaceOf(known) is { } place ? new RelatedPlace(place, "the other declaration") : null);
            return;
        }
        TensorName tensor = new(name.Text, name.Span) { Value = assign.Value.Span };
        if (output is not null)
        {
            output.Assigned = tensor;
            tensor.IsUsed = true;
            (tensor.Element, tensor.Shape) = (output.Type.Element, output.Type.Shape);
            if (Convert(value, output.Type.Element, $"the output '{name.Text}'") is { } converted && Fits(converted, output.Type.Shape, $"the output '{name.Text}'"))
                value = converted;
            else value = TensorValue.Unknown(assign.Value.Span);
        }
        else
        {
            (tensor.Element, tensor.Shape) = (value.Element, value.Shape);
            bindings.Add((tensor, name.Span));
        }
        names.Bind(name.Text, tensor);
        if (value.At is null)
        {
            (tensor.Element, tensor.Shape) = (output?.Type.Element, output?.Type.Shape ?? default);
            tensor.IsUsed = true;
            if (output is not null) tensor.Settle();
            return;
        }
        if (value.Whole is { } whole && whole.Name == name.Text && !made.Contains(whole) && whole.Kind == LocalKind.Value && IsNewResult(whole) && whole.Type.Shape.SequenceEqual(tensor.Shape))
        {
            tensor.Adopt(whole);
            return;
        }
        Local local = tensor.Settle();
        ImmutableArray<IndexSymbol> axes = Fresh(tensor.Shape);
        statements.Add(new CheckedEquation(
            local, axes, [.. axes.Select(a => new IndexExpression(a, name.Span))], value.At(axes), IsInitial: false, TextOf(assign.Span), assign.Span));
    }

    /// <summary>True for a result of the call stated last, which may keep the name that it is bound to.</summary>
    private bool IsNewResult(Local local) =>
        statements.Count > 0 && statements[statements.Count - 1] is CheckedCall call && call.Results.Any(r => ReferenceEquals(r, local));

    private void BindRepeat(RepeatSyntax repeat, NameScope outer)
    {
        Dim? count = dims.Bind(repeat.Count, outer);
        if (count is not null)
        {
            AddStatic(count, "the number of copies", repeat.Count.Span);
            Obligation.Settle(new LeastSize(count, "the number of copies", 0, repeat.Count.Span), null, null, sink, Obligations);
            ParameterSymbols.UnionWith(count.Symbols);
        }
        string path = repeat.Instance?.Text ?? unnamed[repeat];
        Claim(outer, path, repeat.Instance?.Span ?? repeat.Span);
        var copy = new IndexSymbol(repeat.CopyIndex?.Text ?? "copy", count ?? Dim.Undefined);
        var inner = new NameScope(outer, copy);
        if (repeat.CopyIndex is { } index && RequireNew(index, outer)) inner.Bind(index.Text, new CopyNumber(copy));

        var rebound = new HashSet<string>(Trees.All(repeat.Body).OfType<AssignSyntax>().SelectMany(a => a.Targets)
            .Where(t => t.Indices.IsDefault).Select(t => t.Name?.Text).OfType<string>());
        var carried = rebound.OrderBy(n => n, StringComparer.Ordinal)
            .Select(n => outer.Find(n)).OfType<TensorName>()
            .Where(t => t.Local?.Kind != LocalKind.Target && !(outputs.TryGetValue(t.Name, out OutputName? o) && o.Assigned == t))
            .Select(before => (Before: before, Entry: EntryOf(before))).ToList();
        foreach (var (_, entry) in carried) inner.Bind(entry.Name, entry);

        var around = statements;
        statements = [];
        BindBody(repeat.Body, inner, isTop: false);
        var locals = ImmutableArray.CreateBuilder<CarriedLocal>();
        var after = new List<TensorName>();
        foreach (var (before, entry) in carried) after.Add(CarryOver(before, entry, (TensorName)inner.Find(entry.Name)!, locals));
        ImmutableArray<CheckedStatement> body = [.. statements];
        statements = around;
        foreach (TensorName name in after) outer.Bind(name.Name, name);
        if (count is not null) statements.Add(new CheckedRepeat(count, path, copy, body, locals.ToImmutable(), repeat.Span));
    }

    private static TensorName EntryOf(TensorName before)
    {
        before.IsUsed = true;
        var entry = new TensorName(before.Name, before.Place) { Element = before.Element, Shape = before.Shape, IsUsed = true };
        if (before.Local is not null) entry.Settle();
        return entry;
    }

    /// <summary>What a name is after the repeat.</summary>
    private TensorName CarryOver(TensorName before, TensorName entry, TensorName exit, ImmutableArray<CarriedLocal>.Builder locals)
    {
        exit.IsUsed = true;
        var after = new TensorName(before.Name, exit.Place) { Element = before.Element, Shape = before.Shape, IsUsed = true };
        if (before.Local is not { } local || exit.Local is not { } last)
        {
            (after.Element, after.Shape) = (null, default);
            return after;
        }
        TensorValue value = ReadWhole(exit, exit.Value ?? exit.Place, new Context(Declarations, new NameScope(null)));
        if (!Elements.Converts(last.Type.Element, local.Type.Element))
        {
            sink.Report(DiagnosticCodes.WrongElementType, value.Span,
                $"'{before.Name}' is {Elements.Text(local.Type.Element)} before the repeat and {Elements.Text(last.Type.Element)} after a copy", new RelatedPlace(before.Place, "before the repeat"),
                local.Type.Element == ElementType.Int ? "start with a real number, such as 0.0" : null);
            return after;
        }
        if (value.Shape.Length != local.Type.Rank)
        {
            sink.Report(DiagnosticCodes.WrongRank, value.Span,
                $"'{before.Name}' has shape {sizes.Text(local.Type.Shape)} before the repeat and {sizes.Text(value.Shape)} after a copy", new RelatedPlace(before.Place, "before the repeat"));
            return after;
        }
        if (!Fits(value, local.Type.Shape, $"'{before.Name}', which the copies hand on,")) return after;
        if (!last.Type.Shape.SequenceEqual(local.Type.Shape) || last.Type.Element != local.Type.Element)
        {
            ImmutableArray<IndexSymbol> axes = Fresh(local.Type.Shape);
            var same = new Local(before.Name, LocalKind.Value, local.Type, exit.Place);
            statements.Add(new CheckedEquation(
                same, axes, [.. axes.Select(a => new IndexExpression(a, exit.Place))], value.As(local.Type.Element).At!(axes), IsInitial: false, TextOf(exit.Place), exit.Place));
            last = same;
        }
        locals.Add(new CarriedLocal(local, entry.Local!, last, after.Settle()));
        after.IsUsed = true;
        return after;
    }
}
