using System.Collections.Immutable;
using SsmDsl.Diagnostics;
using SsmDsl.Syntax;
using SsmDsl.Text;

namespace SsmDsl.Semantics.Checking;

internal sealed partial class BodyBinder
{
    private TensorValue BindReduction(ReductionSyntax reduction, Context context)
    {
        if (context.IsFn)
        {
            sink.Report(DiagnosticCodes.WrongRank, reduction.Span, $"a fn is a scalar function, it has no axes to reduce; write a layer");
            return TensorValue.Unknown(reduction.Span);
        }
        bool isSoftmax = reduction.Word.Text == "softmax";
        if (reduction.Indices.IsDefault) return ReduceAll(reduction, Bind(reduction.Body, context), isSoftmax);

        var inner = new List<IndexEntry>();
        foreach (ReductionIndexSyntax index in reduction.Indices)
        {
            IndexEntry entry = Entry(index, index.Index, isLeft: false);
            Words.RequireFree(index.Index, sink);
            if (inner.Any(i => i.Name == entry.Name))
                sink.Report(DiagnosticCodes.DeclaredTwice, index.Span, $"the index '{entry.Name}' stands twice in this {reduction.Word.Text}");
            if (index.Size is { } size) entry.Annotation = dims.Bind(size, context.Names) ?? Dim.Undefined;
            inner.Add(entry);
        }
        if (isSoftmax) return BindSoftmax(reduction, inner, context);

        CompleteRanges(inner);
        Context within = context.With(inner);
        TensorValue? condition = BindCondition(reduction, within);
        TensorValue body = Bind(reduction.Body, condition is null ? within : within with { IsBranch = true });
        ImmutableArray<IndexSymbol> symbols = [.. inner.Select(i => i.Symbol)];
        return Reduce(reduction, symbols, condition, body);
    }

    private TensorValue? BindCondition(ReductionSyntax reduction, Context within)
    {
        if (reduction.Condition is null) return null;
        TensorValue condition = Bind(reduction.Condition, within);
        if (!RequireBool(condition, "the condition")) return TensorValue.Unknown(reduction.Condition.Span);
        if (condition.Shape.IsDefault || condition.Shape.IsEmpty) return condition;
        sink.Report(DiagnosticCodes.WrongRank, condition.Span, $"the condition has shape {sizes.Text(condition.Shape)}; it must be one bool for each value of the indices");
        return TensorValue.Unknown(condition.Span);
    }

    private TensorValue Reduce(ReductionSyntax reduction, ImmutableArray<IndexSymbol> symbols, TensorValue? condition, TensorValue body)
    {
        if (ReducedType(reduction, body) is not var (kind, of, result)) return TensorValue.Unknown(reduction.Span);
        if (of is { } type && body.Element is not null) body = body.As(type);
        bool isKnown = body.At is not null && condition is null or { At: not null } && symbols.All(s => !s.Range.IsUndefined);
        return new TensorValue(result, body.Shape, !isKnown ? null : i => new ReduceExpression(
            kind, symbols, condition?.Value, body.At!(i), result!.Value, reduction.Span), reduction.Span);
    }

    /// <summary><c>mean(x)</c>: over all axes.</summary>
    private TensorValue ReduceAll(ReductionSyntax reduction, TensorValue body, bool isSoftmax)
    {
        if (isSoftmax) return SoftmaxOfAll(reduction, body);
        if (ReducedType(reduction, body) is not var (kind, of, result)) return TensorValue.Unknown(reduction.Span);
        if (of is { } type && body.Element is not null) body = body.As(type);
        if (body.At is null) return new TensorValue(result, [], null, reduction.Span);
        ImmutableArray<IndexSymbol> symbols = Fresh(body.Shape);
        bool isPlain = symbols.IsEmpty && kind is not (ReduceKind.ArgMax or ReduceKind.ArgMin);
        return TensorValue.Scalar(isPlain ? body.Value : new ReduceExpression(kind, symbols, null, body.At(symbols), result!.Value, reduction.Span));
    }

    /// <summary>What is reduced (null: as it is) and what comes out; null after a report.</summary>
    private (ReduceKind Kind, ElementType? Of, ElementType? Result)? ReducedType(ReductionSyntax reduction, TensorValue body)
    {
        string word = reduction.Word.Text;
        if (!RequireNumber(body, $"what is reduced by {word}")) return null;
        ElementType? element = body.Element;
        bool needsOrder = word is "max" or "min" or "argmax" or "argmin" or "logsumexp";
        if (needsOrder && element == ElementType.Complex)
        {
            sink.Report(DiagnosticCodes.WrongElementType, body.Span, $"what is reduced by {word} is complex; real is expected");
            return null;
        }
        ElementType? real = element == ElementType.Int ? ElementType.Real : element;
        return word switch
        {
            "sum" => (ReduceKind.Sum, null, element),
            "mean" => (ReduceKind.Mean, real, real),
            "prod" => (ReduceKind.Prod, null, element),
            "max" => (ReduceKind.Max, null, element),
            "min" => (ReduceKind.Min, null, element),
            "logsumexp" => (ReduceKind.LogSumExp, ElementType.Real, ElementType.Real),
            "argmax" => (ReduceKind.ArgMax, null, ElementType.Int),
            _ => (ReduceKind.ArgMin, null, ElementType.Int),
        };
    }

    /// <summary>
    /// <c>softmax[s | condition] a[t, s]</c>: s is an index from outside, at whose value the share is taken; inside it runs over
    /// its range, which its uses there determine too.
    /// </summary>
    private TensorValue BindSoftmax(ReductionSyntax reduction, List<IndexEntry> inner, Context context)
    {
        var outer = new List<IndexEntry>();
        foreach (IndexEntry entry in inner)
        {
            if (context.Index(entry.Name) is not { } around)
            {
                sink.Report(DiagnosticCodes.IndexNotBound, entry.Place, $"softmax gives a share for each '{entry.Name}': it must be an index of the left side, or bound outside");
                return TensorValue.Unknown(reduction.Span);
            }
            outer.Add(around);
            entry.Annotation ??= around.Range;
            entry.Resolve();
        }
        Context within = context.With(inner);
        TensorValue? condition = BindCondition(reduction, within);
        TensorValue? body = Convert(Bind(reduction.Body, condition is null ? within : within with { IsBranch = true }), ElementType.Real, "what softmax is taken of");
        for (int i = 0; i < inner.Count; i++)
        {
            foreach (IndexUse use in inner[i].Plain.ToList()) UsePlain(outer[i], use.Size, use.Place, use.Tensor);
            if (inner[i].IsLost) outer[i].Lose();
        }
        if (body is null) return TensorValue.Unknown(reduction.Span);
        ImmutableArray<IndexSymbol> outerSymbols = [.. outer.Select(o => o.Symbol)], innerSymbols = [.. inner.Select(i => i.Symbol)];
        bool isKnown = body.At is not null && condition is null or { At: not null } && innerSymbols.All(s => !s.Range.IsUndefined);
        return new TensorValue(ElementType.Real, body.Shape, !isKnown ? null : i => new SoftmaxExpression(
            outerSymbols, innerSymbols, condition?.Value, body.At!(i), reduction.Span), reduction.Span);
    }

    private TensorValue SoftmaxOfAll(ReductionSyntax reduction, TensorValue body)
    {
        if (Convert(body, ElementType.Real, "what softmax is taken of") is not { } real) return TensorValue.Unknown(reduction.Span);
        return new TensorValue(ElementType.Real, real.Shape, real.At is null ? null : outer =>
        {
            ImmutableArray<IndexSymbol> inner = Fresh(real.Shape);
            return inner.IsEmpty
                ? new ConstantExpression(1, 0, ElementType.Real, reduction.Span)
                : new SoftmaxExpression([.. outer.Take(inner.Length)], inner, null, real.At(inner), reduction.Span);
        }, reduction.Span);
    }

    /// <summary>Indices over implicit axes.</summary>
    private static ImmutableArray<IndexSymbol> Fresh(ImmutableArray<Dim> shape) =>
        [.. shape.Select((size, axis) => new IndexSymbol($"i{axis + 1}", size))];

    /// <summary>The entry of an index, made at its first reading and emptied at each further muted one.</summary>
    private IndexEntry Entry(object syntax, Name name, bool isLeft)
    {
        if (!entries.TryGetValue(syntax, out IndexEntry? entry)) entries.Add(syntax, entry = new IndexEntry(name.Text, name.Span, isLeft));
        if (!IsProbing) return entry;
        entry.Restart();
        visited.Add(entry);
        return entry;
    }

    /// <summary>When an expression is read for good: indices that nothing gives a range are reported.</summary>
    private void CompleteRanges(IEnumerable<IndexEntry> found)
    {
        if (IsProbing) return;
        foreach (IndexEntry entry in found)
        {
            entry.Resolve();
            if (entry.Range is null && !entry.IsLost)
            {
                sink.Report(DiagnosticCodes.SizeUnknown, entry.Place, $"nothing gives the index '{entry.Name}' a range",
                    suggestion: $"write [{entry.Name}: SIZE], or use it plainly on an axis");
            }
        }
    }

    // Reported for the statement that is read: indices that are swapped disagree twice.
    private bool hasTwoSizes;

    /// <summary>A plain use of an index on an axis: both sizes must agree, unless the index has a range of its own.</summary>
    private void UsePlain(IndexEntry entry, Dim size, SourceSpan place, string tensor)
    {
        entry.AddPlain(size, place, tensor);
        if (IsProbing || entry.Annotation is not null || entry.Range is not { } range) return;
        if (sizes.Agree(range, size, $"the axis of {tensor} on which '{entry.Name}' stands", place)) return;
        if (hasTwoSizes) return;
        hasTwoSizes = true;
        IndexUse? first = entry.Plain.FirstOrDefault(u => u.Size.Equals(range));
        sink.Report(DiagnosticCodes.IndexHasTwoSizes, place,
            $"the index '{entry.Name}' has size {sizes.Text(range)}{(first is null ? "" : $" on {first.Tensor}")} and size {sizes.Text(size)} on {tensor}",
            first is null || first.Place.Equals(place) ? null : new RelatedPlace(first.Place, "the first use"));
    }
}
