namespace SsmDsl.Conformance.Tests.Library;

/// <summary>Dropout outside of training is the identity, so its reference values are made here.</summary>
internal static class DropoutCase
{
    public const string Name = "dropout";

    public static ReferenceCase Make()
    {
        const int batch = 2, length = 9, features = 3, count = batch * length * features;
        var random = new Random(1);
        double[] x = [.. Enumerable.Range(0, count).Select(_ => 2 * random.NextDouble() - 1)];
        double[] goal = [.. Enumerable.Range(0, count).Select(_ => 2 * random.NextDouble() - 1)];
        TensorData Of(double[] values) => new([batch, length, features], values, IsInteger: false);
        return new ReferenceCase(Name, Path.Combine(AppContext.BaseDirectory, "Library", "dropout.ssm"), new Dictionary<string, TensorData>
        {
            ["in.x"] = Of(x),
            ["in.goal"] = Of(goal),
            ["out.y"] = Of(x),
            ["loss"] = new([], [x.Zip(goal, (a, b) => (a - b) * (a - b)).Average()], IsInteger: false),
            ["grad.x"] = Of([.. x.Zip(goal, (a, b) => 2 * (a - b) / count)]),
        });
    }
}
