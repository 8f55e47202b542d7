using System.Collections.Immutable;
using SsmDsl.Diagnostics;
using SsmDsl.Syntax;
using SsmDsl.Text;

namespace SsmDsl.Semantics.Checking;

/// <summary>
/// Binds the body of one layer: what names mean, the sizes of indices, types. Expressions whose sizes are being looked for are
/// read with findings muted first, as often as something new is learnt, then once for good.
/// </summary>
internal sealed partial class BodyBinder
{
    private readonly DiagnosticSink sink;
    private readonly DimBinder dims;
    private readonly Sizes sizes;
    private readonly bool isModel;
    private readonly bool isLenient;
    private readonly Dictionary<object, IndexEntry> entries = new(ByReference.Comparer);
    private readonly List<IndexEntry> visited = [];
    private List<CheckedStatement> statements = [];
    private int randoms;
    private int draws;

    /// <param name="isLenient">Statements are missing because of syntax errors: what is missing in them follows from that.</param>
    /// <param name="values">The values of a model's dimensions; null in a layer.</param>
    public BodyBinder(DeclarationScope declarations, DiagnosticSink sink, bool isModel, bool isLenient, IReadOnlyDictionary<DimSymbol, Dim>? values)
    {
        this.sink = sink;
        this.isModel = isModel;
        this.isLenient = isLenient;
        Declarations = declarations;
        dims = new DimBinder(declarations, sink, Obligations);
        sizes = new Sizes(values, sink, Obligations);
    }

    public DeclarationScope Declarations { get; }

    public List<Obligation> Obligations { get; } = [];

    /// <summary>Names in statements with syntax errors: that they are unknown follows from that.</summary>
    public IReadOnlyCollection<string> Lost { get; init; } = [];

    private bool IsProbing => sink.IsMuted;

    /// <summary>Reads an expression ahead until the ranges of its indices are known, then for good.</summary>
    public TensorValue BindWhole(ExpressionSyntax expression, Context context)
    {
        hasTwoSizes = false;
        if (Trees.HasIndices(expression)) Probe(() => Bind(expression, context));
        return Bind(expression, context);
    }

    /// <summary>A scalar known at compile time, converted; null after a report.</summary>
    public CheckedExpression? BindConstant(ExpressionSyntax expression, NameScope names, ElementType type, string what)
    {
        if (Convert(BindWhole(expression, new Context(Declarations, names)), type, what) is not { At: not null } value) return null;
        CheckedExpression constant = value.Value;
        if (value.IsScalar && !constant.All().Any(e => e is ReadExpression or ReduceExpression or RandomExpression or TrainingExpression or HyperExpression))
            return constant;
        sink.Report(DiagnosticCodes.WrongElementType, expression.Span, $"{what} is known at compile time: numbers, consts and dimensions");
        return null;
    }

    /// <summary>One muted reading after the other, as long as ranges are found.</summary>
    private void Probe(Func<object?> read)
    {
        bool grows = true;
        for (int round = 0; grows && round < 1000; round++)
        {
            visited.Clear();
            sink.Muted(read);
            grows = false;
            foreach (IndexEntry entry in visited.ToList()) grows |= entry.Resolve();
        }
    }

    public TensorValue Bind(ExpressionSyntax expression, Context context) => expression switch
    {
        NumberSyntax n => n.IsImaginary
            ? TensorValue.Scalar(new ConstantExpression(0, n.Value, ElementType.Complex, n.Span))
            : TensorValue.Constant(n.Value, IsSmall(n) ? ElementType.Int : ElementType.Real, n.Span),
        BoolSyntax b => TensorValue.Constant(b.Value ? 1 : 0, ElementType.Bool, b.Span),
        ParenthesesSyntax p => Bind(p.Inner, context),
        UnarySyntax u => BindUnary(u, context),
        BinarySyntax b => BindBinary(b, context),
        IfSyntax i => BindIf(i, context),
        ReductionSyntax r => BindReduction(r, context),
        PipeSyntax p => BindPipe(p, context),
        ApplySyntax a => BindApply(a, context),
        _ => throw new InvalidOperationException(expression.GetType().Name),
    };

    private static bool IsSmall(NumberSyntax number) => number.IsInteger && number.Value <= int.MaxValue;

    /// <summary>Applies an operation element by element.</summary>
    /// <param name="element">Null if it is not known (yet).</param>
    private TensorValue Elementwise(SourceSpan span, ElementType? element, ImmutableArray<TensorValue> operands, Func<CheckedExpression[], CheckedExpression> build)
    {
        ImmutableArray<Dim> shape = CommonShape(span, operands);
        bool isKnown = element is not null && !shape.IsDefault && operands.All(o => o.At is not null);
        return new TensorValue(element, shape, isKnown ? i => build([.. operands.Select(o => o.At!(i))]) : null, span);
    }

    /// <summary>The shape of operands, which is equal or none; default if it is not known.</summary>
    private ImmutableArray<Dim> CommonShape(SourceSpan span, ImmutableArray<TensorValue> operands)
    {
        TensorValue? first = null;
        bool isKnown = true;
        foreach (TensorValue operand in operands)
        {
            if (operand.Shape.IsDefault) isKnown = false;
            else if (!operand.Shape.IsEmpty && first is null) first = operand;
            else if (!operand.Shape.IsEmpty && !HaveEqualShapes(first!, operand, span)) return default;
        }
        return first?.Shape ?? (isKnown ? [] : default);
    }

    private bool HaveEqualShapes(TensorValue first, TensorValue second, SourceSpan operation)
    {
        if (first.Shape.Length != second.Shape.Length)
        {
            sink.Report(DiagnosticCodes.NeedsBroadcast, operation,
                $"operands have shapes {sizes.Text(first.Shape)} and {sizes.Text(second.Shape)}; nothing is broadcast by itself",
                suggestion: $"write an equation with indices, such as {Broadcast(first, second)}");
            return false;
        }
        for (int axis = 0; axis < first.Shape.Length; axis++)
        {
            if (sizes.Agree(first.Shape[axis], second.Shape[axis], $"axis {axis + 1}", second.Span)) continue;
            sink.Report(DiagnosticCodes.SizesDiffer, second.Span,
                $"sizes differ: this has shape {sizes.Text(second.Shape)}, the other operand {sizes.Text(first.Shape)}", new(first.Span, "the other operand"));
            return false;
        }
        return true;
    }

    /// <summary>The equation that was probably meant: axes of equal sizes get the same index.</summary>
    private static string Broadcast(TensorValue first, TensorValue second)
    {
        bool firstIsLarger = first.Shape.Length >= second.Shape.Length;
        (TensorValue larger, TensorValue smaller) = firstIsLarger ? (first, second) : (second, first);
        string[] letters = [.. Enumerable.Range(0, larger.Shape.Length).Select(axis => axis < Letters.Length ? Letters[axis] : $"i{axis + 1}")];
        var shared = new List<string>();
        int next = 0;
        foreach (Dim size in smaller.Shape)
        {
            int axis = next;
            while (axis < larger.Shape.Length && !larger.Shape[axis].Equals(size)) axis++;
            shared.Add(axis < larger.Shape.Length ? letters[axis] : "k");
            if (axis < larger.Shape.Length) next = axis + 1;
        }
        string all = string.Join(", ", letters), some = string.Join(", ", shared);
        return $"y[{all}] = {Word(first, "a")}[{(firstIsLarger ? all : some)}] {Between(first, second)} {Word(second, "b")}[{(firstIsLarger ? some : all)}]";
    }

    private static readonly string[] Letters = ["t", "d", "n", "k", "m"];

    private static string Word(TensorValue value, string otherwise) => TextOf(value.Span) is var text && text.All(c => char.IsLetterOrDigit(c) || c == '_') ? text : otherwise;

    /// <summary>The operator between two operands, if one stands there.</summary>
    private static string Between(TensorValue first, TensorValue second)
    {
        if (!ReferenceEquals(first.Span.File, second.Span.File) || second.Span.Start <= first.Span.End) return "+";
        string text = TextOf(new SourceSpan(first.Span.File, first.Span.End, second.Span.Start)).Trim();
        return text is "+" or "-" or "*" or "/" or "^" or "<" or "<=" or ">" or ">=" or "==" or "!=" or "and" or "or" ? text : "+";
    }

    /// <summary>True if the value is a number of known type; a bool is reported.</summary>
    private bool RequireNumber(TensorValue value, string what)
    {
        if (value.Element is not ElementType.Bool) return true;
        sink.Report(DiagnosticCodes.WrongElementType, value.Span, $"{what} is a bool; a number is expected");
        return false;
    }

    private bool RequireBool(TensorValue value, string what)
    {
        if (value.Element is null or ElementType.Bool) return true;
        sink.Report(DiagnosticCodes.WrongElementType, value.Span, $"{what} is {Elements.Text(value.Element.Value)}; a bool is expected");
        return false;
    }

    /// <summary>The value converted, or null after a report.</summary>
    private TensorValue? Convert(TensorValue value, ElementType to, string what)
    {
        if (value.Element is null) return value;
        if (Elements.Converts(value.Element.Value, to)) return value.As(to);
        sink.Report(DiagnosticCodes.WrongElementType, value.Span, $"{what} is {Elements.Text(value.Element.Value)}; {Elements.Text(to)} is expected",
            suggestion: (value.Element, to) is (ElementType.Complex, ElementType.Real) ? "take re(…), im(…) or abs(…) of it"
                : (value.Element, to) is (ElementType.Real, ElementType.Complex) ? null
                : value.Element == ElementType.Bool ? "write if … then 1 else 0" : null);
        return null;
    }

    private static string TextOf(SourceSpan span) => span.File.Text.Substring(span.Start, span.Length);
}
