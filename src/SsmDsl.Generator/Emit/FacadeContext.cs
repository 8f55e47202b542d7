using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using SsmDsl.Text;

namespace SsmDsl.Emit;

/// <summary>What the parts of a model's class have in common: the model, its names, the text so far.</summary>
internal sealed class FacadeContext
{
    public const string Tensors = "global::System.Numerics.Tensors.";
    public const string Runtime = "global::SsmDsl.";
    public const string Programs = "global::SsmDsl.Programs.";

    private readonly SortedSet<string> places = new(StringComparer.Ordinal);

    public FacadeContext(FacadeModel model)
    {
        Model = model;
        Names = new FacadeNames(model);
        Failure = model.Programs is null ? $"model {model.Signature.Name} cannot run: {model.Failure ?? "it has errors"}; see the messages of the build" : null;
        Stream = model.Signature.StreamDimension is null && model.Signature.NotSteppable is { } why
            ? $"SSM0304: model {model.Signature.Name} cannot run step by step: {why.Reason}: {Place(why.Place)}"
            : null;
        string nothing = $"model {model.Signature.Name} has no loss";
        Loss = model.Signature.HasLoss ? null : $"{nothing}, so that it has no gradients of one: {Place(model.Signature.NameSpan)}";
        Score = model.Signature.HasLoss || model.Signature.Metrics.Length > 0
            ? null
            : $"{nothing} and no metrics, so that there is nothing to evaluate: {Place(model.Signature.NameSpan)}";
    }

    public FacadeModel Model { get; }

    public ModelSignature Signature => Model.Signature;

    public FacadeNames Names { get; }

    public TextBlock Code { get; } = new();

    /// <summary>Why no member works, or null.</summary>
    public string? Failure { get; }

    /// <summary>Why the model cannot run step by step, nor chunk by chunk, or null.</summary>
    public string? Stream { get; }

    /// <summary>Why there is no gradient of a loss, or null.</summary>
    public string? Loss { get; }

    /// <summary>Why there is nothing to evaluate, or null.</summary>
    public string? Score { get; }

    /// <summary>Places in <c>.ssm</c> files that stand in the text.</summary>
    public ImmutableArray<string> Places => [.. places];

    public string Real => Model.Real == RealType.Float32 ? "float" : "double";

    public IEnumerable<ValueSignature> DifferentiableInputs => Signature.Inputs.Where(v => IsContinuous(v.Type.Element));

    public IEnumerable<ValueSignature> DifferentiableOutputs => Signature.Outputs.Where(v => IsContinuous(v.Type.Element));

    public string Place(SourceSpan span)
    {
        string place = span.ToString();
        places.Add(place);
        return place;
    }

    public string Element(ValueSignature value) => value.Type.Element switch
    {
        ElementType.Int => "int",
        ElementType.Bool => "bool",
        _ => Real,
    };

    public string Tensor(ValueSignature value) => $"{Tensors}Tensor<{Element(value)}>";

    public string View(ValueSignature value) => $"{Tensors}ReadOnlyTensorSpan<{Element(value)}>";

    public string Destination(ValueSignature value) => $"{Runtime}Destination<{Element(value)}>";

    /// <summary>Its axes as a caller sees them: <c>[batch, T, 1]</c>.</summary>
    public static string Shape(ValueSignature value)
    {
        IEnumerable<string> axes = value.Type.Shape.Select(d => d.ToString());
        if (value.HasBatch) axes = axes.Prepend("batch");
        if (value.Type.Element == ElementType.Complex) axes = axes.Append("2");
        return $"[{string.Join(", ", axes)}]";
    }

    /// <summary>Documentation of a tensor: what the source says, its name, its shape.</summary>
    public static IEnumerable<string> Doc(ValueSignature value, string role)
    {
        string what = $"{role} <c>{XmlDoc.Escape(value.Name)}</c> {XmlDoc.Escape(Shape(value))}{Unit(value.Type.Element)}.";
        return XmlDoc.Element("summary", value.Doc is { Length: > 0 } doc ? $"{XmlDoc.Escape(doc)}\n{what}" : what);
    }

    /// <summary>A method, with the attribute that forbids it or a body that throws where it cannot work.</summary>
    /// <param name="impossible">Why it cannot work for this model, or null.</param>
    /// <param name="priority">Which overload is meant where <c>new()</c> fits several.</param>
    public void Method(IEnumerable<string> doc, string header, Action body, string? impossible = null, int priority = 0)
    {
        Code.Line();
        Code.Lines(doc);
        if (impossible is not null) Code.Line($"[global::System.Obsolete({Literals.Of(impossible)}, error: true)]");
        if (priority > 0) Code.Line($"[global::System.Runtime.CompilerServices.OverloadResolutionPriority({priority})]");
        Code.Block(header, () =>
        {
            if (impossible is not null) Code.Line($"throw new global::System.NotSupportedException({Literals.Of(impossible)});");
            else if (Failure is not null) Code.Line($"throw new global::System.InvalidOperationException({Literals.Of(Failure)});");
            else body();
        });
    }

    private static string Unit(ElementType element) => element == ElementType.Complex ? ", real and imaginary part in the last axis" : "";

    private static bool IsContinuous(ElementType element) => element is ElementType.Real or ElementType.Complex;
}
