namespace SsmDsl.Api.Tests;

/// <summary>What is computed from parameters alone is kept between calls, and is always that of the present parameters.</summary>
public sealed class PreparedValuesTests : IDisposable
{
    private readonly Device device = Device.Cpu(2);
    private readonly Tensor<float> x = Numbers.Wave(3, 9, 1);

    public void Dispose() => device.Dispose();

    [Fact]
    public void A_written_parameter_is_seen_by_the_next_call()
    {
        using var model = Classifier.Create(device, 1);
        model.Forward(x);
        foreach (Parameter parameter in model.Parameters)
        {
            float[] values = [.. parameter.ToTensor().Values().Select(v => 0.9f * v - 0.01f)];
            parameter.CopyFrom(values);
            Assert.Equal(Fresh(model), model.Forward(x).Logits.Values());
        }
    }

    [Fact]
    public void So_is_an_optimizer_step()
    {
        using var model = Classifier.Create(device, 1);
        using var gradients = model.NewGradients();
        using var optimizer = new AdamW(model.Parameters, new() { LearningRate = 1e-2f });
        var batch = new Classifier.Batch { Pixels = x, Label = Numbers.Of([0, 1, 2], 3) };
        for (int step = 0; step < 3; step++)
        {
            float[] before = model.Forward(x).Logits.Values();
            model.Backward(batch, gradients, 1, (ulong)step);
            optimizer.Step(gradients);
            Assert.Equal(Fresh(model), model.Forward(x).Logits.Values());
            Assert.NotEqual(before, model.Forward(x).Logits.Values());
            Assert.Equal(model.Evaluate(batch).Loss, model.Evaluate(batch).Loss);
        }
    }

    [Fact]
    public void So_is_a_loaded_checkpoint_and_an_open_stream_goes_on_with_it()
    {
        using var model = Classifier.Create(device, 1);
        using var other = Classifier.Create(device, 2);
        using var stream = model.OpenStream();
        float[] logits = new float[3], expected = new float[3];
        stream.Step([0.5f], logits);
        stream.Restore(null);
        using var file = new MemoryStream();
        other.Save(file);
        file.Position = 0;
        model.Load(file);
        stream.Step([0.5f], logits);
        using var fresh = other.OpenStream();
        fresh.Step([0.5f], expected);
        Assert.Equal(expected, logits);
        Assert.Equal(other.Forward(x).Logits.Values(), model.Forward(x).Logits.Values());
    }

    [Fact]
    public void Threads_that_start_beside_each_other_after_a_change_agree()
    {
        using var model = Classifier.Create(device, 1);
        Parameter parameter = model.Parameters.First(p => p.Name.Contains("nu_log", StringComparison.Ordinal));
        for (int round = 0; round < 20; round++)
        {
            parameter.CopyFrom([.. parameter.ToTensor().Values().Select(v => v - 0.05f)]);
            float[] expected = Fresh(model);
            using var barrier = new Barrier(4);
            float[][] found = new float[4][];
            Thread[] threads = [.. Enumerable.Range(0, 4).Select(i => new Thread(() =>
            {
                barrier.SignalAndWait();
                found[i] = model.Forward(x).Logits.Values();
            }))];
            foreach (Thread thread in threads) thread.Start();
            foreach (Thread thread in threads) thread.Join();
            Assert.All(found, f => Assert.Equal(expected, f));
        }
    }

    /// <summary>The logits of a new model with the same parameters.</summary>
    private float[] Fresh(Classifier model)
    {
        using var file = new MemoryStream();
        model.Save(file);
        file.Position = 0;
        using var fresh = Classifier.Load(device, file);
        return fresh.Forward(x).Logits.Values();
    }
}
