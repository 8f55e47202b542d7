namespace SsmDsl.Conformance.Tests.Library;

/// <summary>Compares what the initialisers of a layer give with what they should give.</summary>
internal static class InitialChecks
{
    /// <summary>A second seed draws so many copies of the layer that a parameter has so many elements.</summary>
    private const int EnoughDraws = 2048;
    private const int MostCopies = 64;

    /// <summary>What is wrong; nothing if all is well.</summary>
    public static IReadOnlyList<string> Of(LibraryRow row, TargetDevice device) =>
    [
        .. row.Cases.SelectMany(c => OfReference(ReferenceCase.Of(c), device)),
        .. InitialValues.All.Where(u => u.Layer == row.Name).SelectMany(u => OfUse(u, device).Select(p => $"{u.Use}: {p}")),
    ];

    private static IEnumerable<string> OfReference(ReferenceCase test, TargetDevice device)
    {
        KeyValuePair<string, TensorData>[] expected = [.. test.With("init.")];
        if (expected.Length == 0) return [];
        Dictionary<string, TensorData> actual = Draw(test.Program, 1, device);
        return expected.Select(e => ReferenceChecks.Problem(e.Key, e.Value, actual.GetValueOrDefault(e.Key), device.InitialTolerance)).OfType<string>();
    }

    private static IEnumerable<string> OfUse(InitialUse use, TargetDevice device)
    {
        var draws = new List<Dictionary<string, TensorData>>(Drawn(use, 1, 1, device));
        int[] counts = [.. use.Values.OfType<RandomValue>().Select(v => draws[0].GetValueOrDefault(v.Parameter)?.Values.Length ?? EnoughDraws)];
        int copies = Math.Min(MostCopies, counts.Append(EnoughDraws).Max(n => (EnoughDraws - 1) / n));
        if (copies > 0) draws.AddRange(Drawn(use, copies, 2, device));
        return
        [
            .. draws[0].Keys.Except(use.Values.Select(v => v.Parameter)).Select(p => $"nothing is known of {p}"),
            .. use.Values.Where(v => !draws[0].ContainsKey(v.Parameter)).Select(v => $"{v.Parameter} is missing"),
            .. use.Values.Where(v => draws[0].ContainsKey(v.Parameter)).SelectMany(v => Problems(v, draws, device).Select(p => $"{v.Parameter}: {p}")),
        ];
    }

    private static IEnumerable<string> Problems(InitialValue value, List<Dictionary<string, TensorData>> draws, TargetDevice device) => value switch
    {
        ExactValue exact => ReferenceChecks.Problem("value", Expected(exact, draws[0]), draws[0][exact.Parameter], device.InitialTolerance) is { } p ? [p] : [],
        RandomValue random =>
        [
            .. random.Law.Problems([.. draws.SelectMany(d => d[random.Parameter].Values).Select(random.Undo)]),
            .. draws.Count > 1 && draws[0][random.Parameter].Values.SequenceEqual(draws[1][random.Parameter].Values) ? ["two seeds give the same"] : Array.Empty<string>(),
        ],
        _ => throw new NotSupportedException(value.GetType().Name),
    };

    private static TensorData Expected(ExactValue exact, Dictionary<string, TensorData> layer)
    {
        long[] shape = layer[exact.Parameter].Shape;
        return new(shape, [.. Indices(shape).Select(i => exact.Of(i, layer))], IsInteger: false);
    }

    private static IEnumerable<int[]> Indices(long[] shape)
    {
        var index = new int[shape.Length];
        for (long place = 0; place < shape.Aggregate(1L, (a, b) => a * b); place++)
        {
            long rest = place;
            for (int axis = shape.Length - 1; axis >= 0; axis--) (rest, index[axis]) = (rest / shape[axis], (int)(rest % shape[axis]));
            yield return index;
        }
    }

    /// <summary>The layer's parameters by their names within it, for each copy of it.</summary>
    private static IEnumerable<Dictionary<string, TensorData>> Drawn(InitialUse use, int copies, int seed, TargetDevice device)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.At("m.ssm"), use.Program(copies));
        return
        [
            .. Draw(folder.At("m.ssm"), seed, device)
                .Select(t => (Parts: t.Key.Split(".it.", 2), t.Value))
                .Where(t => t.Parts.Length == 2)
                .GroupBy(t => t.Parts[0], (_, all) => all.ToDictionary(t => t.Parts[1], t => t.Value)),
        ];
    }

    private static Dictionary<string, TensorData> Draw(string program, int seed, TargetDevice device)
    {
        using var folder = new TemporaryFolder();
        Tool.Require(["init", program, "--model", "M", "--seed", $"{seed}", "--out", folder.At("w.safetensors"), .. device.Options]);
        return TensorFile.Read(folder.At("w.safetensors"));
    }
}
