using System.Collections.Immutable;
using SsmDsl.Diagnostics;
using SsmDsl.Syntax;
using SsmDsl.Text;

namespace SsmDsl.Semantics.Checking;

internal sealed partial class BodyBinder
{
    /// <summary>Everything that starts with a name.</summary>
    private TensorValue BindApply(ApplySyntax apply, Context context)
    {
        if (!apply.Arguments.IsDefault) return BindUse(apply, null, context);
        if (!apply.Brackets.IsDefault) return BindRead(apply, context);
        if (apply.Instance is null) return BindName(apply.Name, context);
        return BindUse(apply, null, context);
    }

    private TensorValue BindName(Name name, Context context)
    {
        if (context.Index(name.Text) is { } index) return TensorValue.Scalar(new IndexExpression(index.Symbol, name.Span));
        switch (context.Names.Find(name.Text))
        {
            case TensorName tensor:
                return ReadWhole(tensor, name.Span, context);
            case ValueName value:
                return value.Value with { Span = name.Span };
            case DimensionName d:
                return TensorValue.Scalar(new DimensionExpression(Dim.Of(d.Symbol), name.Span));
            case CopyNumber copy:
                return TensorValue.Scalar(new IndexExpression(copy.Symbol, name.Span));
            case HyperInfo { Parameter.Kind: HyperKind.Int } hyper:
                return TensorValue.Scalar(new DimensionExpression(Dim.Of(hyper.Symbol), name.Span));
            case HyperInfo { Parameter.Kind: HyperKind.Word } word:
                sink.Report(DiagnosticCodes.WrongElementType, name.Span, $"'{name.Text}' is one of the words {string.Join(", ", word.Parameter.Words)} and has no value; it can be compared with == and !=, or passed on");
                return TensorValue.Unknown(name.Span);
            case HyperInfo hyper:
                return TensorValue.Scalar(new HyperExpression(hyper.Parameter, hyper.Parameter.Kind == HyperKind.Bool ? ElementType.Bool : ElementType.Real, name.Span));
            case LostInstance:
                return TensorValue.Unknown(name.Span);
            case NamedInstance:
                sink.Report(DiagnosticCodes.WrongArgument, name.Span, $"'{name.Text}' is a layer; give it its argument: {name.Text}(x) or x |> {name.Text}");
                return TensorValue.Unknown(name.Span);
        }
        if (name.Text == "pi") return TensorValue.Constant(Math.PI, ElementType.Real, name.Span);
        if (name.Text == "training") return TensorValue.Scalar(new TrainingExpression(name.Span));
        switch (context.Declarations.Find(name.Text))
        {
            case ConstDeclaration { IsBroken: true }:
                return TensorValue.Unknown(name.Span);
            case ConstDeclaration { Value: { } value }:
                return value with { Span = name.Span };
            case LayerDeclaration or FnDeclaration:
                sink.Report(DiagnosticCodes.WrongArgument, name.Span, $"'{name.Text}' needs its argument: {name.Text}(x) or x |> {name.Text}");
                return TensorValue.Unknown(name.Span);
        }
        ReportUnknown(name, context, "");
        return TensorValue.Unknown(name.Span);
    }

    // A name was unknown: that others are never used may follow from it.
    private bool hasUnknown;

    private void ReportUnknown(Name name, Context context, string kind)
    {
        if (Lost.Contains(name.Text) || context.Declarations.IsLost(name.Text)) return;
        hasUnknown |= !IsProbing;
        if (Functions.Find(name.Text) is not null)
        {
            sink.Report(DiagnosticCodes.WrongArgument, name.Span, $"the function '{name.Text}' needs its argument: {name.Text}(x)");
            return;
        }
        var known = context.Names.Names.Where(n => context.AllowsTargets || context.Names.Find(n) is not TensorName { Local.Kind: LocalKind.Target })
            .Concat(IndexScope.All(context.Indices).Select(i => i.Name)).Concat(context.Declarations.Names).Concat(Functions.Names);
        sink.Report(DiagnosticCodes.UnknownName, name.Span, $"there is no {kind}'{name.Text}' here", suggestion: Words.Suggest(name.Text, known));
    }

    private TensorValue ReadWhole(TensorName tensor, SourceSpan span, Context context)
    {
        if (!MayRead(tensor, span, context)) return TensorValue.Unknown(span);
        if (tensor.Local is not { } local || IsProbing) return new TensorValue(tensor.Element, tensor.Shape, null, span);
        return new TensorValue(local.Type.Element, local.Type.Shape, i => new ReadExpression(
            local, [.. i.Take(local.Type.Rank).Select(x => (CheckedExpression)new IndexExpression(x, span))], local.Type.Element, span), span, local);
    }

    /// <summary>Notes the use; a target outside of loss and metrics is reported.</summary>
    private bool MayRead(TensorName tensor, SourceSpan span, Context context)
    {
        if (!IsProbing && !context.Own.Contains(tensor)) tensor.IsUsed = true;
        if (context.AllowsTargets || tensor.Local?.Kind != LocalKind.Target) return true;
        sink.Report(DiagnosticCodes.UnknownName, span, $"'{tensor.Name}' is a target: only the loss and metrics may use it");
        return false;
    }

    /// <summary><c>x[t, d]</c>, <c>x[t-1, ..]</c>.</summary>
    private TensorValue BindRead(ApplySyntax read, Context context)
    {
        object? meaning = context.IsFn && context.Names.Find(read.Name.Text) is ValueName value ? value : context.Names.Find(read.Name.Text);
        if (meaning is not TensorName tensor)
        {
            foreach (BracketEntrySyntax entry in read.Brackets)
            {
                if (entry.Value is not { } position || meaning is not null) continue;
                if (Trees.IsName(position, out string index)) context.Index(index)?.Lose();
                BindPosition(position, context);
            }
            if (meaning is not null || context.Declarations.Find(read.Name.Text) is not null || context.Index(read.Name.Text) is not null)
                ReportNoTensor(read, meaning, context);
            else
                ReportUnknown(read.Name, context, "tensor ");
            return TensorValue.Unknown(read.Span);
        }
        if (!MayRead(tensor, read.Name.Span, context)) return TensorValue.Unknown(read.Span);
        return ReadAt(tensor, read, context);
    }

    private void ReportNoTensor(ApplySyntax read, object? meaning, Context context)
    {
        if (meaning is null && context.Declarations.Find(read.Name.Text) is { } declaration)
        {
            if (declaration.IsBroken) return;
            if (declaration is LayerDeclaration)
            {
                sink.Report(DiagnosticCodes.WrongArgument, read.Span, $"'{read.Name.Text}' needs its argument: {read.Name.Text}[…](x) or x |> {read.Name.Text}[…]");
                return;
            }
        }
        sink.Report(DiagnosticCodes.WrongRank, read.Span, $"'{read.Name.Text}' is no tensor, it has no axes to index");
    }

    private TensorValue ReadAt(TensorName tensor, ApplySyntax read, Context context)
    {
        int slice = -1, given = read.Brackets.Length;
        for (int i = 0; i < given; i++)
        {
            if (!read.Brackets[i].IsSlice) continue;
            if (slice >= 0)
            {
                sink.Report(DiagnosticCodes.WrongRank, read.Brackets[i].Span, "'..' can stand only once");
                return TensorValue.Unknown(read.Span);
            }
            slice = i;
        }
        ImmutableArray<Dim> shape = tensor.Shape;
        if (!shape.IsDefault && (slice < 0 ? given != shape.Length : given - 1 > shape.Length))
        {
            foreach (BracketEntrySyntax entry in read.Brackets)
            {
                if (entry.Value is { } value && Trees.IsName(value, out string name)) context.Index(name)?.Lose();
            }
            sink.Report(DiagnosticCodes.WrongRank, read.Brackets[0].Span.To(read.Brackets[given - 1].Span),
                $"{tensor.Name} has {Count(shape.Length, "axis", "axes")} {sizes.Text(shape)}, here {(slice < 0 ? Count(given, "index", "indices") : $"at least {Count(given - 1, "index", "indices")}")} {(given == 1 ? "is" : "are")} given",
                new(tensor.Place, "its definition"));
            return TensorValue.Unknown(read.Span);
        }

        int sliced = shape.IsDefault || slice < 0 ? 0 : shape.Length - (given - 1);
        var positions = new CheckedExpression?[given];
        bool isKnown = !shape.IsDefault;
        for (int i = 0; i < given; i++)
        {
            if (read.Brackets[i].IsSlice) continue;
            int axis = slice >= 0 && i > slice ? i - 1 + sliced : i;
            positions[i] = BindIndex(read.Brackets[i], shape.IsDefault ? null : shape[axis], tensor, axis, context);
            isKnown &= positions[i] is not null;
        }
        ImmutableArray<Dim> rest = shape.IsDefault ? (slice < 0 ? [] : default) : [.. shape.Skip(slice).Take(sliced)];
        if (!isKnown || IsProbing || tensor.Local is not { } local) return new TensorValue(tensor.Element, rest, null, read.Span);
        return new TensorValue(local.Type.Element, rest, implicitly => new ReadExpression(
            local,
            [.. positions.SelectMany(p => p is not null ? [p] : implicitly.Take(sliced).Select(x => (CheckedExpression)new IndexExpression(x, read.Span)))],
            local.Type.Element,
            read.Span), read.Span);
    }

    private static string Count(int n, string one, string many) => $"{n} {(n == 1 ? one : many)}";

    // Ranges of the indices with which axes of unknown size are read.
    private readonly Dictionary<(TensorName Tensor, int Axis), Dim> readAxes = [];

    /// <summary>A position between brackets; null if it is not known.</summary>
    private CheckedExpression? BindIndex(BracketEntrySyntax entry, Dim? size, TensorName tensor, int axis, Context context)
    {
        ExpressionSyntax value = entry.Value!;
        if (entry.Label is { } label)
        {
            sink.Report(DiagnosticCodes.WrongRank, entry.Span, $"the range of '{label.Text}' is given on the left side or in the reduction, not where it is used");
            return null;
        }
        if (Trees.IsName(value, out string name) && context.Index(name) is { } index)
        {
            if (size is not null) UsePlain(index, size, value.Span, tensor.Name);
            else
            {
                index.Lose();
                if (IsProbing && index.Range is { } range) readAxes[(tensor, axis)] = range;
            }
            return index.Range is null && !IsProbing ? null : new IndexExpression(index.Symbol, value.Span);
        }
        NoteShift(value, size, context);
        return BindPosition(value, context);
    }

    /// <summary>A left-side index that is only shifted takes the range of a sequence axis.</summary>
    private void NoteShift(ExpressionSyntax position, Dim? size, Context context)
    {
        if (!IsProbing) return;
        var left = Trees.All(position).Select(e => Trees.IsName(e, out string name) ? context.Index(name) : null).OfType<IndexEntry>().Where(e => e.IsLeft).Distinct().ToList();
        if (left.Count != 1 || !IsShift(position, left[0].Name)) return;
        if (size is null) left[0].AddShifted(null);
        else if (IsSequence(size)) left[0].AddShifted(size);
    }

    /// <summary>index + anything without it.</summary>
    private static bool IsShift(ExpressionSyntax position, string index) => position switch
    {
        ParenthesesSyntax p => IsShift(p.Inner, index),
        BinarySyntax { Operator: BinaryOperator.Add } b => IsShift(b.Left, index) || IsShift(b.Right, index),
        BinarySyntax { Operator: BinaryOperator.Subtract } b => IsShift(b.Left, index),
        _ => Trees.IsName(position, out string name) && name == index,
    };

    /// <summary>Sizes over dimensions that are inferred from inputs.</summary>
    private bool IsSequence(Dim size) => size.Symbols.Overlaps(Inferred);

    /// <summary>An int expression over indices; <c>/</c> between sizes divides them. Null if it is not known.</summary>
    private CheckedExpression? BindPosition(ExpressionSyntax position, Context context)
    {
        if (dims.Try(position, context.Names, context.IsFn ? null : context.Indices) is { } size)
            return size.TryGetConstant(out long number) ? new ConstantExpression(number, 0, ElementType.Int, position.Span) : new DimensionExpression(size, position.Span);
        switch (position)
        {
            case ParenthesesSyntax p:
                return BindPosition(p.Inner, context);
            case UnarySyntax { Operator: UnaryOperator.Negate } u:
                return BindPosition(u.Operand, context) is { } operand ? new OperationExpression(ScalarOp.Negate, [operand], ElementType.Int, u.Span) : null;
            case BinarySyntax { Operator: BinaryOperator.Add or BinaryOperator.Subtract or BinaryOperator.Multiply or BinaryOperator.Div or BinaryOperator.Mod } b:
                CheckedExpression? left = BindPosition(b.Left, context), right = BindPosition(b.Right, context);
                return left is null || right is null ? null : new OperationExpression(OpOf(b.Operator), [left, right], ElementType.Int, b.Span);
            case ApplySyntax { Brackets.IsDefault: true, Arguments.IsDefault: true, Instance: null } name
                when context.Index(name.Name.Text) is null && context.Names.Find(name.Name.Text) is null && context.Declarations.Find(name.Name.Text) is null:
                if (!Lost.Contains(name.Name.Text))
                {
                    hasUnknown |= !IsProbing;
                    var known = IndexScope.All(context.Indices).Select(i => i.Name).Concat(context.Names.Names);
                    sink.Report(DiagnosticCodes.IndexNotBound, name.Span, $"the index '{name.Name.Text}' is not bound: it stands neither on the left side nor in a reduction around it",
                        suggestion: Words.Suggest(name.Name.Text, known));
                }
                return null;
        }
        TensorValue value = Bind(position, context);
        if (value.Element is not null and not ElementType.Int)
        {
            sink.Report(DiagnosticCodes.WrongElementType, value.Span, $"a position is an int; this is {Elements.Text(value.Element.Value)}");
            return null;
        }
        if (!value.Shape.IsDefault && !value.Shape.IsEmpty)
        {
            sink.Report(DiagnosticCodes.WrongRank, value.Span, $"a position is one int; this has shape {sizes.Text(value.Shape)}");
            return null;
        }
        return value.At is null ? null : value.Value;
    }
}
