namespace SsmDsl.Emit;

/// <summary>Documentation of the methods that every model has.</summary>
internal static class FacadeDocs
{
    public const string Inputs = "/// <param name=\"inputs\">The inputs.</param>";
    public const string Outputs = "/// <param name=\"outputs\">Where outputs go; one that is left empty is not copied.</param>";
    public const string Batch = "/// <param name=\"batch\">Inputs and targets.</param>";
    public const string Gradients = "/// <param name=\"gradients\">Receives the gradients of the parameters.</param>";
    public const string OutputGradients = "/// <param name=\"outputGradients\">Derivatives by the outputs; one that is left empty is zero.</param>";
    public const string InputGradients = "/// <param name=\"inputGradients\">Where derivatives by the inputs go; one that is left empty is not copied.</param>";
    public const string Accumulate = "/// <param name=\"accumulate\">Add to the gradients of the parameters instead of replacing them.</param>";
    public const string Training = "/// <param name=\"training\">The value of <c>training</c>: whether draws depend on seed and step.</param>";
    public const string Initial = "/// <param name=\"initial\">The state before the first position; null: the model's own start.</param>";
    public const string Final = "/// <param name=\"final\">Receives the state after the last position once all checks have passed; it may be the initial one.</param>";
    public const string StateGradient = "/// <param name=\"stateGradient\">Derivatives by the final state; null: zero.</param>";

    public static readonly string[] Exceptions =
    [
        "/// <exception cref=\"global::System.ArgumentException\">A tensor is missing or has a wrong shape; ParamName is its name.</exception>",
        "/// <exception cref=\"global::SsmDsl.IndexOutOfVocabularyException\">A value of an int tensor is no position of the tensor that it indexes.</exception>",
        "/// <exception cref=\"global::System.InvalidOperationException\">The model is being changed by another thread.</exception>",
    ];

    public static readonly string[] Random =
    [
        "/// <param name=\"seed\">Of the run: with the step, it decides all draws.</param>",
        "/// <param name=\"step\">Number of the training step.</param>",
    ];

    public static string[] Forward(IEnumerable<string> parameters) => Of("Runs the model, with <c>training</c> false.", parameters);

    public static string[] Evaluate(IEnumerable<string> parameters) => Of("Runs the model, with <c>training</c> false, and compares its outputs with the targets.", parameters);

    public static string[] Backward(IEnumerable<string> parameters) =>
        Of("Loss, metrics and all gradients of a training step, with <c>training</c> true. A loss that is not finite is found by the optimizer, which then changes nothing.", parameters);

    public static string[] VectorJacobian(IEnumerable<string> parameters) =>
        Of("Vector–Jacobian product: all gradients of the sum of outputs times <paramref name=\"outputGradients\"/>.", parameters);

    private static string[] Of(string summary, IEnumerable<string> parameters) => [.. XmlDoc.Element("summary", summary), .. parameters];
}
