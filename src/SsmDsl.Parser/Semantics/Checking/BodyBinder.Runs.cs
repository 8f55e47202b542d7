using System.Collections.Immutable;
using SsmDsl.Diagnostics;
using SsmDsl.Syntax;

namespace SsmDsl.Semantics.Checking;

internal sealed partial class BodyBinder
{
    private readonly List<StatedRun> runs = [];

    public IReadOnlyList<StatedRun> Runs => runs;

    /// <summary>Equations that follow each other, which may refer to each other in any order.</summary>
    private void BindRun(List<AssignSyntax> equations, NameScope names, bool isTop)
    {
        var tensors = new Dictionary<string, RunTensor>();
        var drafts = equations.Select(e => Draft(e, names, tensors, isTop)).ToList();
        foreach (RunTensor tensor in tensors.Values) CheckParts(tensor, names);
        foreach (RunTensor tensor in tensors.Values.Where(t => !IsForeign(t, names))) names.Bind(tensor.Name.Name, tensor.Name);

        bool grows = true;
        for (int round = 0; grows && round < 4 + (4 * drafts.Count); round++)
        {
            grows = false;
            foreach (EquationDraft draft in drafts)
            {
                visited.Clear();
                sink.Muted<object?>(() => Read(draft, names));
                foreach (IndexEntry entry in visited.ToList()) grows |= entry.Resolve();
                foreach (LeftTarget target in draft.Targets) grows |= Grow(target.Tensor, names);
            }
            if (!grows) grows = TakeHints(tensors.Values);
        }

        foreach (RunTensor tensor in tensors.Values) Settle(tensor);
        int start = statements.Count;
        int errors = sink.Errors;
        foreach (EquationDraft draft in drafts) State(draft, names);
        RunTensor? open = tensors.Values.FirstOrDefault(t => !t.IsBroken && t.Name.Local is null);
        if (sink.Errors == errors && open is not null && !drafts.Any(d => d.Indices.Any(i => i.IsLost)))
            sink.Report(DiagnosticCodes.SizeUnknown, open.Parts[0].Place, $"nothing gives '{open.Name.Name}' a size");
        runs.Add(new StatedRun([.. tensors.Values], [.. statements.Skip(start)]));
    }

    /// <summary>Where nothing else gives an axis a size, the indices that read it do; true if there is news.</summary>
    private bool TakeHints(IEnumerable<RunTensor> tensors)
    {
        bool isNew = false;
        foreach (LeftTarget part in tensors.Where(t => t.Name.Shape.IsDefault).SelectMany(t => t.Whole))
        {
            for (int i = 0; i < part.Syntax.Indices.Length; i++)
            {
                BracketEntrySyntax position = part.Syntax.Indices[i];
                if (position.Label is not null || !Trees.IsName(position.Value, out string name)) continue;
                IndexEntry? entry = draftOf[part].Indices.FirstOrDefault(e => e.Name == name);
                if (entry is not { Range: null, Hint: null } || AxisOf(part, i) is not { } axis || !readAxes.TryGetValue((part.Tensor.Name, axis), out Dim? range)) continue;
                entry.Hint = range;
                isNew |= entry.Resolve();
            }
        }
        return isNew;
    }

    private EquationDraft Draft(AssignSyntax equation, NameScope names, Dictionary<string, RunTensor> tensors, bool isTop)
    {
        var draft = new EquationDraft(equation);
        foreach (AssignTargetSyntax target in equation.Targets)
        {
            if (target.Name is not { } name) continue;
            if (!tensors.TryGetValue(name.Text, out RunTensor? tensor))
            {
                OutputName? output = isTop && outputs.TryGetValue(name.Text, out OutputName? o) ? o : null;
                var fresh = new TensorName(name.Text, name.Span) { Value = equation.Value.Span };
                if (output is not null) (fresh.Element, fresh.Shape) = (output.Type.Element, output.Type.Shape);
                tensors.Add(name.Text, tensor = new RunTensor(fresh, output));
            }
            if (target.Indices.IsDefault)
            {
                tensor.IsBroken = true;
                sink.Report(DiagnosticCodes.WrongRank, target.Span, $"'{name.Text}' stands without indices beside one with indices; write {name.Text}[…, ..]");
                continue;
            }
            var left = new LeftTarget(target, tensor) { Slice = SliceOf(target) };
            tensor.Parts.Add(left);
            draft.Targets.Add(left);
            draftOf[left] = draft;
            FindIndices(target, draft, names);
            left.IsInitial = target.Indices.Any(i => i is { Label: null, Value: { } v } && dims.Try(v, names, LeftScope(draft)) is { } position && IsOutside(position));
        }
        return draft;
    }

    /// <summary>A fixed position below 0, or one given by the size of a sequence (<c>h[T, n]</c>).</summary>
    private static bool IsOutside(Dim position) =>
        position.TryGetConstant(out long value) ? value < 0 : !position.Symbols.IsEmpty && !position.IsFraction;

    private int SliceOf(AssignTargetSyntax target)
    {
        int slice = -1;
        for (int i = 0; i < target.Indices.Length; i++)
        {
            if (!target.Indices[i].IsSlice) continue;
            if (slice >= 0) sink.Report(DiagnosticCodes.WrongRank, target.Indices[i].Span, "'..' can stand only once");
            slice = i;
        }
        return slice;
    }

    private static IndexScope? LeftScope(EquationDraft draft) => IndexScope.Add(null, draft.Indices);

    /// <summary>Names on a left side that are no sizes are its indices.</summary>
    private void FindIndices(AssignTargetSyntax target, EquationDraft draft, NameScope names)
    {
        foreach (BracketEntrySyntax entry in target.Indices)
        {
            if (entry.Label is { } label)
            {
                AddIndex(label, entry, draft, names);
                continue;
            }
            foreach (ExpressionSyntax part in entry.Value is null ? [] : Trees.All(entry.Value))
            {
                if (part is ApplySyntax { Brackets.IsDefault: true, Arguments.IsDefault: true } name && !IsSize(name.Name.Text, names))
                    AddIndex(name.Name, part, draft, names);
            }
        }
    }

    private bool IsSize(string name, NameScope names) => names.Find(name) switch
    {
        DimensionName or CopyNumber or HyperInfo { Parameter.Kind: HyperKind.Int } => true,
        null => Declarations.Find(name) is ConstDeclaration,
        _ => false,
    };

    private void AddIndex(Name name, object syntax, EquationDraft draft, NameScope names)
    {
        if (draft.Indices.Any(i => i.Name == name.Text)) return;
        Words.RequireFree(name, sink);
        var entry = new IndexEntry(name.Text, name.Span, isLeft: true);
        if (syntax is BracketEntrySyntax { Value: { } size }) entry.Annotation = dims.Bind(size, names) ?? Dim.Undefined;
        draft.Indices.Add(entry);
    }

    /// <summary>A name that the scope has already, and equations that cannot stand beside each other.</summary>
    private void CheckParts(RunTensor tensor, NameScope names)
    {
        Name name = tensor.Parts.Count > 0 ? tensor.Parts[0].Syntax.Name! : new Name(tensor.Name.Name, tensor.Name.Place);
        if (!RequireFree(name)) tensor.IsBroken = true;
        LeftTarget? first = tensor.Whole.FirstOrDefault();
        object? known = names.Find(name.Text);
        if (tensor.Output is { Assigned: { } assigned })
        {
            tensor.IsBroken = true;
            sink.Report(DiagnosticCodes.NotFilledOnce, tensor.Parts[0].Place, $"the output '{name.Text}' is assigned twice", new RelatedPlace(assigned.Place, "the first assignment"));
            return;
        }
        if (known is not null)
        {
            tensor.IsBroken = true;
            if (first is null && known is TensorName)
                sink.Report(DiagnosticCodes.NotFilledOnce, tensor.Parts[0].Place, $"'{name.Text}' has no states before its first step: only what is defined by equations in this run has");
            else if (Doubtful.Add(name.Text) || known is not TensorName)
                sink.Report(DiagnosticCodes.DeclaredTwice, (first?.Syntax.Name ?? name).Span, $"'{name.Text}' is declared twice", PlaceOf(known) is { } place ? new RelatedPlace(place, "the other declaration") : null);
            return;
        }
        if (first is null)
        {
            tensor.IsBroken = true;
            sink.Report(DiagnosticCodes.UnknownName, name.Span, $"there is no equation for '{name.Text}' here, only for states before its first step");
            return;
        }
        var whole = tensor.Whole.ToList();
        for (int i = 1; i < whole.Count; i++)
        {
            LeftTarget? other = IsComplete(whole[i]) ? whole[0] : whole.Take(i).FirstOrDefault(IsComplete);
            if (other is null) continue;
            tensor.IsBroken = true;
            Doubtful.Add(name.Text);
            if (tensor.Output is null)
                sink.Report(DiagnosticCodes.DeclaredTwice, whole[i].Syntax.Name!.Span, $"'{name.Text}' is defined twice", new RelatedPlace(other.Syntax.Name!.Span, "the other definition"));
            else
                sink.Report(DiagnosticCodes.NotFilledOnce, whole[i].Place, $"the output '{name.Text}' is assigned twice", new RelatedPlace(other.Place, "the first assignment"));
            return;
        }
    }

    /// <summary>Every axis has an index of its own, without a range.</summary>
    private static bool IsComplete(LeftTarget target) =>
        target.Syntax.Indices.All(i => i.IsSlice || (i.Label is null && Trees.IsName(i.Value, out _)));

    /// <summary>The name means something else already: its other meaning stays.</summary>
    private bool IsForeign(RunTensor tensor, NameScope names) =>
        names.Find(tensor.Name.Name) is not null || tensor.Output is { Assigned: not null };

    /// <summary>Reads an equation ahead: uses of its indices, its value's type and shape.</summary>
    private object? Read(EquationDraft draft, NameScope names)
    {
        foreach (IndexEntry entry in draft.Indices)
        {
            entry.Restart();
            visited.Add(entry);
        }
        Context context = ContextOf(draft, names);
        foreach (LeftTarget target in draft.Targets) UseLeft(target, context);
        ImmutableArray<TensorValue> values = EquationValues(draft, context);
        for (int i = 0, n = 0; i < draft.Syntax.Targets.Length; i++)
        {
            if (draft.Syntax.Targets[i].Name is null || draft.Syntax.Targets[i].Indices.IsDefault) continue;
            draft.Targets[n++].Value = i < values.Length ? values[i] : null;
        }
        return null;
    }

    private Context ContextOf(EquationDraft draft, NameScope names) =>
        new Context(Declarations, names).With(draft.Indices) with { Own = draft.Targets.Count == 1 ? [draft.Targets[0].Tensor.Name] : [] };

    private ImmutableArray<TensorValue> EquationValues(EquationDraft draft, Context context) => draft.Syntax.IsTuple
        ? BindOutputs(draft.Syntax, LastUse(draft.Syntax.Value), context)
        : [Bind(draft.Syntax.Value, context)];

    /// <summary>Plain left-side indices range over the axes of a tensor whose shape is declared.</summary>
    private void UseLeft(LeftTarget target, Context context)
    {
        ImmutableArray<Dim> shape = target.IsInitial || target.Tensor.Output is not null ? target.Tensor.Name.Shape : default;
        for (int i = 0; i < target.Syntax.Indices.Length; i++)
        {
            BracketEntrySyntax entry = target.Syntax.Indices[i];
            if (entry.Label is not null || !Trees.IsName(entry.Value, out string name) || context.Index(name) is not { } index) continue;
            if (AxisOf(target, i) is { } axis && !shape.IsDefault && axis < shape.Length) UsePlain(index, shape[axis], entry.Span, target.Tensor.Name.Name);
            else if (target.IsInitial && shape.IsDefault) index.Lose();
        }
    }

    /// <summary>The axis on which the entry at <paramref name="i"/> stands; null while the rank is not known.</summary>
    private static int? AxisOf(LeftTarget target, int i)
    {
        if (target.Slice < 0 || i < target.Slice) return i;
        return target.Tensor.Name.Shape.IsDefault ? null : target.Tensor.Name.Shape.Length - (target.Syntax.Indices.Length - i);
    }

    /// <summary>Learns a tensor's type and shape from its equations; true if there is news.</summary>
    private bool Grow(RunTensor tensor, NameScope names)
    {
        if (tensor.Output is not null) return false;
        ElementType? element = tensor.Parts.Aggregate(tensor.Name.Element, (e, p) => Elements.Join(e, p.Value?.Element) ?? e);
        bool grows = element != tensor.Name.Element;
        tensor.Name.Element = element;
        if (!tensor.Name.Shape.IsDefault || ShapeOf(tensor, names) is not { IsDefault: false } shape) return grows;
        tensor.Name.Shape = shape;
        return true;
    }

    /// <summary>The shape: from the positions that its equations write, and from their values where these are slices.</summary>
    private ImmutableArray<Dim> ShapeOf(RunTensor tensor, NameScope names)
    {
        var parts = tensor.Whole.ToList();
        if (parts.Count == 0) return default;
        LeftTarget first = parts[0];
        ImmutableArray<Dim> sliced = [];
        if (first.Slice >= 0)
        {
            // a state's axes come from its cell or, where these come from the state, from its initial value
            ImmutableArray<Dim> known = parts.Concat(tensor.Parts.Where(p => p.IsInitial && p.Slice >= 0 && p.Value is { Shape: { IsDefaultOrEmpty: false } }))
                .Select(p => p.Value?.Shape ?? default).FirstOrDefault(s => !s.IsDefault);
            if (known.IsDefault) return default;
            sliced = known;
        }
        if (parts.Any(p => p.Positions != first.Positions || p.Slice != first.Slice)) return default;

        var shape = ImmutableArray.CreateBuilder<Dim>();
        for (int i = 0; i < first.Syntax.Indices.Length; i++)
        {
            if (i == first.Slice)
            {
                shape.AddRange(sliced);
                continue;
            }
            var positions = parts.Select(p => LeftPosition(p, i, names)).ToList();
            if (positions.Any(p => p is null) || LeftSideCoverage.Extent(positions!) is not { } extent) return default;
            shape.Add(extent);
        }
        return shape.ToImmutable();
    }

    /// <summary>The position on a left side as an affine form; null while a range is missing.</summary>
    private AffineForm? LeftPosition(LeftTarget target, int i, NameScope names)
    {
        EquationDraft draft = draftOf[target];
        CheckedExpression? position = sink.Muted(() => LeftExpression(target.Syntax.Indices[i], draft, names));
        AffineForm? form = position is null ? null : AffineReader.TryRead(position);
        return form is null || form.Variables.Any(v => v.Range.IsUndefined) ? null : form;
    }

    private readonly Dictionary<object, EquationDraft> draftOf = new(ByReference.Comparer);

    private CheckedExpression? LeftExpression(BracketEntrySyntax entry, EquationDraft draft, NameScope names)
    {
        Context context = ContextOf(draft, names);
        if (entry.Label is { } label) return new IndexExpression(context.Index(label.Text)!.Symbol, entry.Span);
        return BindPosition(entry.Value!, context);
    }

    private void Settle(RunTensor tensor)
    {
        if (tensor.Output is { Assigned: null } output) output.Assigned = tensor.Name;
        if (tensor.Name.IsKnown) tensor.Name.Settle();
        if (tensor.Output is not null || tensor.IsBroken || !tensor.Name.IsKnown) tensor.Name.IsUsed = true;
        else bindings.Add((tensor.Name, tensor.Name.Place));
    }
}
