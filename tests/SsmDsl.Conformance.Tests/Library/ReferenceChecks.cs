namespace SsmDsl.Conformance.Tests.Library;

/// <summary>
/// Compares runs with reference values. The error of a tensor is its largest absolute difference divided by the reference's
/// largest absolute value. Each check gives what is wrong; nothing if all is well.
/// </summary>
internal static class ReferenceChecks
{
    /// <summary>Outputs, loss and metrics of both programs there are: forward alone, and forward with backward.</summary>
    public static IReadOnlyList<string> Values(ReferenceCase test, TargetDevice device) =>
        [.. Compare(test.With("out."), test.Run(device.Options), device), .. BackwardValues(test, device)];

    /// <summary>Outputs, loss and metrics of forward with backward.</summary>
    public static IReadOnlyList<string> BackwardValues(ReferenceCase test, TargetDevice device) => Compare(
        [.. test.With("out."), .. test.Tensors.Where(t => t.Key == "loss" || t.Key.StartsWith("metric.", StringComparison.Ordinal))],
        Backward(test, device),
        device);

    public static IReadOnlyList<string> Gradients(ReferenceCase test, TargetDevice device)
    {
        KeyValuePair<string, TensorData>[] expected = [.. test.Tensors.Where(t => IsGradient(t.Key))];
        return
        [
            .. Compare(expected, Backward(test, device), device),
            .. Backward(test, device).Keys.Where(k => IsGradient(k) && !test.Tensors.ContainsKey(k)).Select(k => $"{k} has no reference"),
        ];
    }

    /// <summary>In chunks that divide no length.</summary>
    public static IReadOnlyList<string> Chunks(ReferenceCase test, TargetDevice device) =>
        InParts(test, device, Length(test) > 100 ? 48 : 7);

    public static IReadOnlyList<string> Steps(ReferenceCase test, TargetDevice device) => InParts(test, device, 1);

    private static IReadOnlyList<string> InParts(ReferenceCase test, TargetDevice device, long chunk)
    {
        string[] options = [.. device.Options, "--chunk", $"{chunk}"];
        LibraryRow row = LibraryRows.All.Single(r => r.Files.Contains(test.Name));
        if (row.Unsteppable is null) return Compare(test.With("out."), test.Run(options), device);
        string error = Assert.ThrowsAny<Exception>(() => test.Run(options)).Message;
        return error.Contains("cannot run in chunks: SSM0304", StringComparison.Ordinal) ? [] : [error];
    }

    private static long Length(ReferenceCase test) => test.With("in.").Max(i => i.Value.Shape.Length > 1 ? i.Value.Shape[1] : 1);

    private static IReadOnlyDictionary<string, TensorData> Backward(ReferenceCase test, TargetDevice device) => test.Run([.. device.Options, "--grad"]);

    private static bool IsGradient(string name) => name.StartsWith("grad.", StringComparison.Ordinal);

    private static IReadOnlyList<string> Compare(
        IEnumerable<KeyValuePair<string, TensorData>> reference, IReadOnlyDictionary<string, TensorData> actual, TargetDevice device) =>
        [.. reference.Select(r => Problem(r.Key, r.Value, actual.GetValueOrDefault(r.Key), device.Tolerance)).OfType<string>()];

    /// <summary>What is wrong with a tensor, or null.</summary>
    public static string? Problem(string name, TensorData expected, TensorData? actual, double tolerance)
    {
        if (actual is null) return $"{name} is missing";
        if (!actual.Shape.SequenceEqual(expected.Shape)) return $"{name} has the shape [{string.Join(", ", actual.Shape)}], not [{string.Join(", ", expected.Shape)}]";
        double scale = expected.Values.Append(0).Max(Math.Abs);
        double worst = expected.Values.Zip(actual.Values, (a, b) => a.Equals(b) ? 0 : Math.Abs(a - b)).Aggregate(0.0, Math.Max);
        return (scale == 0 ? worst <= 1e-12 : worst <= tolerance * scale) ? null : $"{name}: error {worst:E2} of {scale:E2}";
    }
}
