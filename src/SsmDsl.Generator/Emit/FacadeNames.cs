using System.Collections.Immutable;
using SsmDsl.Ir;

namespace SsmDsl.Emit;

/// <summary>All names of a model's class.</summary>
internal sealed class FacadeNames
{
    /// <summary>What the class has besides its dimensions, inherited members included.</summary>
    private static readonly string[] Generated =
    [
        "Device", "Parameters", "Engine", "NewGradients", "Save", "Load", "Dispose", "Create", "Loaded", "Forward", "Backward", "Evaluate", "OpenStream",
        "Inputs", "Outputs", "OutputSpans", "OutputGradients", "InputGradients", "InputGradientSpans", "Batch", "BatchSpans", "Metrics",
        "LossAndMetrics", "EvaluateResult", "BackwardResult", "VectorJacobianResult", "State", "Stream", "ModelParameters", "Compiled", "CompiledForIlgpu",
    ];

    private static readonly string[] OfState = ["Batch", "Position", "Data", "Save", "Load", "Copy"];

    private readonly string className;

    public FacadeNames(FacadeModel model)
    {
        ModelSignature signature = model.Signature;
        className = model.ClassName;
        Constants = CSharpNames.Members(signature.Constants.Select(c => c.Name).Distinct(), [className, .. Generated.Select(Own)]);
        Values = CSharpNames.Members(
            signature.Inputs.Concat(signature.Targets).Select(v => v.Name).Distinct(),
            Types("Inputs", "Batch", "BatchSpans", "InputGradients", "InputGradientSpans"));
        Outputs = CSharpNames.Members(Distinct(signature.Outputs), [.. Types("Outputs", "OutputSpans", "OutputGradients"), "State"]);
        Metrics = CSharpNames.Members(signature.Metrics.Distinct(), Types("Metrics"));
        States = CSharpNames.Members(Distinct(signature.States), [.. OfState, .. Types("State")]);
        Arguments = CSharpNames.Parameters(
            signature.Inputs.Concat(signature.Outputs).Select(v => v.Name).Distinct(),
            ["initial", "final", "batch", "call", "core", "state", "this"]);
        Root = [className, .. Constants.Values, "ModelParameters", "Count", "Size", "Get", "TryGet", "GetEnumerator", "Item", "Store"];
    }

    /// <summary>Constants, by dimension.</summary>
    public ImmutableDictionary<string, string> Constants { get; }

    /// <summary>Properties, by input or target.</summary>
    public ImmutableDictionary<string, string> Values { get; }

    /// <summary>Properties, by output.</summary>
    public ImmutableDictionary<string, string> Outputs { get; }

    /// <summary>Properties, by metric.</summary>
    public ImmutableDictionary<string, string> Metrics { get; }

    /// <summary>Properties, by state.</summary>
    public ImmutableDictionary<string, string> States { get; }

    /// <summary>Parameters of methods, by input or output.</summary>
    public ImmutableDictionary<string, string> Arguments { get; }

    /// <summary>What properties of the tree of parameters must not be called, at its root.</summary>
    public ImmutableArray<string> Root { get; }

    /// <summary>A generated member or nested type of the class: no member may be called like its class.</summary>
    public string Own(string name) => name == className ? name + "_" : name;

    private IEnumerable<string> Types(params string[] names) => names.Select(Own);

    private static IEnumerable<string> Distinct(IEnumerable<ValueSignature> values) => values.Select(v => v.Name).Distinct();
}
