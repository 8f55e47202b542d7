using SsmDsl.Api.Tests;

namespace SsmDsl.Ilgpu.Tests.Memory;

/// <summary>Tensors stay on the device: what is copied is what a caller gives or asks for.</summary>
public sealed class ResidencyTests : IDisposable
{
    private readonly SeparateDevice device = new();
    private readonly Device processor = Device.Cpu(2);

    public void Dispose()
    {
        device.Dispose();
        processor.Dispose();
    }

    [Fact]
    public void A_training_step_copies_its_batch_in_and_its_loss_and_metrics_out_at_once()
    {
        using var model = Classifier.Create(device, 1);
        using var gradients = model.NewGradients();
        using var optimizer = new Sgd(model.Parameters, new() { LearningRate = 1e-2 });
        Classifier.Batch batch = Batch;
        for (int i = 0; i < 2; i++)
        {
            model.Backward(batch, gradients, new() { Logits = default }, seed: 1, step: 2);
            optimizer.Step(gradients);
        }

        (long into, long outOf, long copies) = (device.Watched.In, device.Watched.Out, device.Watched.Copies);
        model.Backward(batch, gradients, new() { Logits = default }, seed: 1, step: 3);
        Assert.Equal(4 * (batch.Pixels.FlattenedLength + batch.Label.FlattenedLength), device.Watched.In - into);
        Assert.Equal(1, device.Watched.Copies - copies);
        Assert.InRange(device.Watched.Out - outOf, 8, 2 * 64);
        outOf = device.Watched.Out;
        optimizer.Step(gradients);
        Assert.True(device.Watched.Out - outOf <= 8 * 32 * model.Parameters.Count, $"{device.Watched.Out - outOf} bytes were copied out");
    }

    [Fact]
    public void Parameters_are_copied_where_they_were_written_last()
    {
        using var model = Classifier.Create(device, 1);
        Tensor<float> x = Numbers.Wave(2, 5, 1);
        model.Forward(x);
        long into = device.Watched.In;
        float[] before = model.Forward(x).Logits.Values();
        Assert.Equal(4 * 10, device.Watched.In - into);

        Parameter bias = model.Parameters.Head.Bias;
        long outOf = device.Watched.Out;
        bias.CopyFrom(bias.ToTensor().Values().Select(v => v + 1).ToArray());
        Assert.Equal(outOf, device.Watched.Out);
        into = device.Watched.In;
        Numbers.Near(before.Select(v => v + 1), model.Forward(x).Logits.Values());
        Assert.Equal(4 * 10 + 4 * bias.Count, device.Watched.In - into);

        using var gradients = model.NewGradients();
        using var optimizer = new Sgd(model.Parameters, new() { LearningRate = 1 });
        bias.Frozen = true;
        model.Backward(Batch, gradients);
        optimizer.Step(gradients);
        outOf = device.Watched.Out;
        bias.ToTensor();
        Assert.Equal(outOf, device.Watched.Out);
        Parameter weight = model.Parameters.Head.Weight;
        weight.ToTensor();
        weight.ToTensor();
        Assert.Equal(outOf + 4 * weight.Count, device.Watched.Out);
    }

    [Fact]
    public void A_state_stays_on_the_device_until_somebody_looks_at_it()
    {
        using var model = Classifier.Create(device, 1);
        using var same = Classifier.Create(processor, 1);
        Tensor<float> x = Numbers.Wave(2, 5, 1);
        Classifier.State state = model.Forward(x).State;
        (long into, long outOf) = (device.Watched.In, device.Watched.Out);
        Classifier.Outputs next = model.Forward(x, state);
        Assert.Equal(4 * 10, device.Watched.In - into);
        Assert.Equal(4 * 6, device.Watched.Out - outOf);
        Classifier.State expected = same.Forward(x, same.Forward(x).State).State;
        for (int i = 0; i < expected.Data.Count; i++) Assert.Equal(expected.Data.Tensor<float>(i).Values(), next.State.Data.Tensor<float>(i).Values());

        // A state goes from a device to another.
        Assert.Equal(same.Forward(x, expected).Logits.Values(), same.Forward(x, model.Forward(x, state).State).Logits.Values());
        Assert.Equal(same.Forward(x, expected).Logits.Values(), model.Forward(x, expected).Logits.Values());
    }

    [Fact]
    public void Training_ends_with_the_bits_of_the_processor()
    {
        int[] Train(Device on, bool momentum)
        {
            using var model = Classifier.Create(on, 1);
            using var gradients = model.NewGradients();
            using Optimizer optimizer = momentum
                ? new Sgd(model.Parameters, new() { LearningRate = 1e-2, Momentum = 0.9, Nesterov = true, WeightDecay = 0.1 })
                : new AdamW(model.Parameters, new() { LearningRate = 1e-2 });
            for (ulong step = 0; step < 4; step++)
            {
                model.Backward(Batch, gradients, 3, step);
                model.Backward(Batch, gradients, 4, step, accumulate: true);
                optimizer.Step(gradients);
            }

            return Numbers.Bits(model);
        }

        Assert.Equal(Train(processor, momentum: false), Train(device, momentum: false));
        Assert.Equal(Train(processor, momentum: true), Train(device, momentum: true));
    }

    [Fact]
    public void The_norm_is_that_of_the_processor()
    {
        using var model = Classifier.Create(device, 1);
        using var same = Classifier.Create(processor, 1);
        using var gradients = model.NewGradients();
        using var expected = same.NewGradients();
        model.Backward(Batch, gradients);
        same.Backward(Batch, expected);
        Assert.Equal(expected.Norm(), gradients.Norm(), 1e-12 * expected.Norm());
        Assert.Equal(gradients.Norm(), gradients.Norm());
        Assert.Contains("another device", Assert.Throws<ArgumentException>(() => same.Backward(Batch, gradients)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_for_the_processor_says_what_another_device_needs()
    {
        using var other = new SeparateDevice(runsHostPrograms: false);
        string message = Assert.Throws<DeviceException>(() => Classifier.Create(other, 1)).Message;
        Assert.Contains("a reference to the package SsmDsl.Ilgpu", message, StringComparison.Ordinal);
    }

    private static Classifier.Batch Batch => new() { Pixels = Numbers.Wave(4, 6, 1), Label = Numbers.Of([0, 1, 2, 0], 4) };
}
