using System.Collections.Immutable;
using SsmDsl.Diagnostics;
using SsmDsl.Syntax;
using SsmDsl.Text;

namespace SsmDsl.Semantics.Checking;

internal sealed partial class BodyBinder
{
    /// <summary>Binds an equation for good and states it.</summary>
    private void State(EquationDraft draft, NameScope names)
    {
        Context context = ContextOf(draft, names);
        int errors = sink.Errors;
        hasTwoSizes = false;
        foreach (LeftTarget target in draft.Targets)
        {
            CheckRank(target);
            UseLeft(target, context);
        }
        ImmutableArray<TensorValue> values = EquationValues(draft, context);
        if (sink.Errors == errors && !draft.Targets.Any(t => t.Tensor.IsBroken)) CompleteRanges(draft.Indices);
        for (int i = 0, n = 0; i < draft.Syntax.Targets.Length; i++)
        {
            if (draft.Syntax.Targets[i].Name is null || draft.Syntax.Targets[i].Indices.IsDefault) continue;
            LeftTarget target = draft.Targets[n++];
            target.Value = i < values.Length ? values[i] : TensorValue.Unknown(draft.Syntax.Value.Span);
            State(target, draft, context, mayState: sink.Errors == errors);
        }
    }

    /// <summary>The number of positions is that of the tensor's axes.</summary>
    private void CheckRank(LeftTarget target)
    {
        RunTensor tensor = target.Tensor;
        if (tensor.IsBroken) return;
        LeftTarget first = tensor.Whole.First();
        ImmutableArray<Dim> shape = tensor.Name.Shape;
        SourceSpan indices = target.Syntax.Indices[0].Span.To(target.Syntax.Indices[target.Syntax.Indices.Length - 1].Span);
        if (!shape.IsDefault)
        {
            bool fits = target.Slice < 0 ? target.Positions == shape.Length : target.Positions <= shape.Length;
            if (fits) return;
            sink.Report(DiagnosticCodes.WrongRank, indices, $"{tensor.Name.Name} has {Count(shape.Length, "axis", "axes")} {sizes.Text(shape)}, here {(target.Positions == 1 ? "is" : "are")} {Count(target.Positions, "index", "indices")}",
                tensor.Output is { } output ? new RelatedPlace(output.Name.Span, "the output") : new RelatedPlace(first.Place, "its first equation"));
        }
        else if (target.Positions != first.Positions || (target.Slice < 0) != (first.Slice < 0))
        {
            sink.Report(DiagnosticCodes.WrongRank, indices, $"the equations for {tensor.Name.Name} have different numbers of indices", new RelatedPlace(first.Place, "its first equation"));
        }
        else return;
        tensor.IsBroken = true;
    }

    private void State(LeftTarget target, EquationDraft draft, Context context, bool mayState)
    {
        RunTensor tensor = target.Tensor;
        TensorValue value = target.Value!;
        if (tensor.IsBroken && (tensor.Name.Shape.IsDefault || target.Positions > tensor.Name.Shape.Length)) return;
        if (tensor.Name.Local is not { } local)
        {
            if (target.Slice < 0) RequireScalar(value, target, draft, context);
            return;
        }
        if (target.Slice < 0 && !RequireScalar(value, target, draft, context)) return;
        int sliced = target.Slice < 0 ? 0 : local.Type.Rank - target.Positions;
        if (Convert(value, local.Type.Element, $"the value of {tensor.Name.Name}") is not { } converted) return;
        ImmutableArray<Dim> rest = target.Slice < 0 ? [] : [.. local.Type.Shape.Skip(target.Slice).Take(sliced)];
        if (sliced < 0 || (target.Slice >= 0 && !Fits(converted, rest, $"the value of {tensor.Name.Name}[…]"))) return;

        var left = new List<CheckedExpression>();
        ImmutableArray<IndexSymbol> implicitly = Fresh(rest);
        for (int i = 0; i < target.Syntax.Indices.Length; i++)
        {
            if (i == target.Slice)
            {
                left.AddRange(implicitly.Select(s => new IndexExpression(s, target.Syntax.Indices[i].Span)));
                continue;
            }
            if (LeftExpression(target.Syntax.Indices[i], draft, context.Names) is not { } position)
            {
                tensor.IsBroken = true;
                return;
            }
            if (AffineReader.TryRead(position) is not { } form)
            {
                sink.Report(DiagnosticCodes.WrongRank, target.Syntax.Indices[i].Span, "a position on the left side is a sum of indices times sizes");
                tensor.IsBroken = true;
                return;
            }
            if (i >= target.Slice && target.Slice >= 0 && left.Count >= local.Type.Rank) return;
            NoteInitial(target, form, local.Type.Shape[left.Count]);
            left.Add(position);
        }
        if (!mayState || tensor.IsBroken || converted.At is null || draft.Indices.Any(i => i.Range is null)) return;
        var indices = draft.Indices.Where(i => left.Any(l => l.All().Any(e => e is IndexExpression x && ReferenceEquals(x.Index, i.Symbol))));
        statements.Add(new CheckedEquation(
            local, [.. indices.Select(i => i.Symbol), .. implicitly], [.. left], converted.At(implicitly), target.IsInitial, TextOf(draft.Syntax.Span), draft.Syntax.Span)
        {
            LeftSide = target.Place,
        });
    }

    /// <summary>A fixed position beyond the end gives a state of a reversed recurrence; within the axis it is a part.</summary>
    private static void NoteInitial(LeftTarget target, AffineForm position, Dim size)
    {
        if (!position.IsConstant || position.Offset.IsConstant) return;
        bool isWithin = DimSign.IsNegative(position.Offset - size, SizeAssumptions.AtLeastOne);
        if (isWithin) target.IsInitial = false;
    }

    private bool RequireScalar(TensorValue value, LeftTarget target, EquationDraft draft, Context context)
    {
        if (value.Shape.IsDefault || value.Shape.IsEmpty) return true;
        TensorValue first = draft.Syntax.IsTuple ? value : FirstTensor(draft.Syntax.Value, context) ?? value;
        sink.Report(DiagnosticCodes.WrongRank, first.Span,
            $"{target.Tensor.Name.Name} has an index for every axis, so one number is expected; this has shape {sizes.Text(first.Shape)}",
            suggestion: $"index it, or write {target.Tensor.Name.Name}[…, ..] for all its axes");
        return false;
    }

    /// <summary>The smallest part, the first in the text, that is no scalar and so makes the whole no scalar.</summary>
    private TensorValue? FirstTensor(ExpressionSyntax expression, Context context)
    {
        TensorValue value = sink.Muted(() => Bind(expression, context));
        if (value.Shape.IsDefaultOrEmpty) return null;
        IEnumerable<ExpressionSyntax> operands = expression is ParenthesesSyntax or UnarySyntax or BinarySyntax or IfSyntax ? Trees.Children(expression) : [];
        return operands.Select(o => FirstTensor(o, context)).FirstOrDefault(t => t is not null) ?? value;
    }
}
