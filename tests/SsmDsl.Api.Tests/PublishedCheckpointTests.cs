namespace SsmDsl.Api.Tests;

/// <summary>A Mamba language model of the library takes a checkpoint in the published layout, and says exactly what does not fit.</summary>
public sealed class PublishedCheckpointTests : IDisposable
{
    private readonly Device device = TestDevice.Make();

    public void Dispose() => device.Dispose();

    [Fact]
    public void A_checkpoint_in_the_published_layout_gives_the_published_values()
    {
        using var model = MambaLm.Load(device, PublishedLayout.File(PublishedLayout.Tensors()));
        Assert.Equal(
            PublishedLayout.Tensors().Select(t => $"{t.Name} {string.Join(",", t.Shape)}").Order(StringComparer.Ordinal),
            model.Parameters.Select(p => $"{p.Name} {string.Join(",", p.Shape)}").Order(StringComparer.Ordinal));
        int[] tokens = [.. Enumerable.Range(0, 41).Select(t => (7 * t * t + 3 * t) % PublishedLayout.V)];
        double[][] expected = new MambaByHand(PublishedLayout.Values).Logits(tokens);
        float[] actual = model.Forward(Numbers.Of(tokens, 1, tokens.Length)).Logits.Values();
        Numbers.Near(expected.SelectMany(row => row).Select(v => (float)v), actual, 1e-4);

        using var stream = model.OpenStream(1);
        var logits = new float[PublishedLayout.V];
        for (int t = 0; t < tokens.Length; t++)
        {
            stream.Step([tokens[t]], logits);
            Numbers.Near(expected[t].Select(v => (float)v), logits, 1e-4);
        }
    }

    [Fact]
    public void A_head_that_is_in_the_file_too_can_be_left_out()
    {
        byte[] file = PublishedLayout.File([.. PublishedLayout.Tensors(), ("lm_head.weight", [PublishedLayout.V, PublishedLayout.D])]);
        using var model = MambaLm.Create(device, 1);
        CheckpointException e = Assert.Throws<CheckpointException>(() => model.Load(file));
        Assert.Contains("'lm_head.weight' is no parameter of the model", e.Message, StringComparison.Ordinal);
        CheckpointReport report = model.Load(file, new() { Rename = name => name == "lm_head.weight" ? null : name });
        Assert.Equal((model.Parameters.Count, 0, 0), (report.Loaded.Count, report.Missing.Count, report.LeftOver.Count));
        Assert.Equal(["lm_head.weight"], model.Load(file, new() { AllowExtra = true }).LeftOver);
    }

    [Theory]
    [InlineData("backbone.layers.1.mixer.A_log", new[] { 40, 8 }, "axis 1 is 8, expected 16")]
    [InlineData("backbone.layers.2.mixer.in_proj.weight", new[] { 60, 20 }, "axis 0 is 60, expected 80")]
    [InlineData("backbone.layers.0.mixer.conv1d.weight", new[] { 40, 4 }, "2 axes, expected 3")]
    [InlineData("backbone.embeddings.weight", new[] { 24, 20 }, "axis 0 is 24, expected 23")]
    public void A_misshapen_tensor_is_named_with_its_axis(string name, int[] shape, string axis)
    {
        using var model = MambaLm.Create(device, 1);
        int[] before = Numbers.Bits(model);
        byte[] file = PublishedLayout.File(PublishedLayout.Tensors().Select(t => t.Name == name ? (name, shape) : t));
        CheckpointException e = Assert.Throws<CheckpointException>(() => model.Load(file));
        int[] expected = PublishedLayout.Tensors().Single(t => t.Name == name).Shape;
        Assert.Equal(
            $"does not fit model MambaLm: '{name}' has shape [{string.Join(", ", shape)}], the model expects [{string.Join(", ", expected)}]: {axis}",
            e.Message);
        Assert.Equal((name, string.Join(",", expected), string.Join(",", shape)), (e.Tensor, string.Join(",", e.Expected!), string.Join(",", e.Found!)));
        Assert.Equal(before, Numbers.Bits(model));
    }

    [Fact]
    public void Missing_and_foreign_tensors_are_named()
    {
        const string lost = "backbone.layers.2.mixer.dt_proj.bias";
        using var model = MambaLm.Create(device, 1);
        CheckpointException e = Assert.Throws<CheckpointException>(() => model.Load(PublishedLayout.File(PublishedLayout.Tensors().Where(t => t.Name != lost))));
        Assert.Equal(lost, e.Tensor);
        Assert.Contains($"parameter '{lost}' [40] is missing", e.Message, StringComparison.Ordinal);

        // the names of the original release, and a model with another depth
        e = Assert.Throws<CheckpointException>(() => model.Load(PublishedLayout.File(PublishedLayout.Tensors().Select(t => (t.Name.Replace("embeddings", "embedding", StringComparison.Ordinal), t.Shape)))));
        Assert.Contains("'backbone.embeddings.weight' [23, 20] is missing; the nearest name in the file is 'backbone.embedding.weight'", e.Message, StringComparison.Ordinal);
        e = Assert.Throws<CheckpointException>(() => model.Load(PublishedLayout.File([.. PublishedLayout.Tensors(), ("backbone.layers.3.norm.weight", [20])])));
        Assert.Contains("'backbone.layers.3.norm.weight' is no parameter of the model", e.Message, StringComparison.Ordinal);
        e = Assert.Throws<CheckpointException>(() => model.Load(PublishedLayout.File(PublishedLayout.Tensors().Where(t => !t.Name.Contains("layers.2", StringComparison.Ordinal)))));
        Assert.Contains("and 2 more", e.Message, StringComparison.Ordinal);
    }
}
