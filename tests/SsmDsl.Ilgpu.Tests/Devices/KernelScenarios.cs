using SsmDsl.Api.Tests;

namespace SsmDsl.Ilgpu.Tests.Devices;

/// <summary>What generated kernels do on a device, against the processor.</summary>
internal static class KernelScenarios
{
    public static void Training_steps_have_the_losses_and_gradients_of_the_processor(Device device)
    {
        using var processor = Device.Cpu(2);
        using var model = Classifier.Create(device, 1);
        using var same = Classifier.Create(processor, 1);
        using var gradients = model.NewGradients();
        using var expected = same.NewGradients();
        using var optimizer = new AdamW(model.Parameters, new() { LearningRate = 1e-2, ClipNorm = 1 });
        using var other = new AdamW(same.Parameters, new() { LearningRate = 1e-2, ClipNorm = 1 });
        var batch = new Classifier.Batch { Pixels = Numbers.Wave(2, 5, 1), Label = Numbers.Of([0, 2], 2) };
        for (ulong step = 0; step < 2; step++)
        {
            var found = model.Backward(batch, gradients, 7, step);
            var wanted = same.Backward(batch, expected, 7, step);
            Assert.Equal(wanted.Loss, found.Loss, 5);
            Assert.Equal(wanted.Metrics.Accuracy, found.Metrics.Accuracy);
            Numbers.Near(wanted.Outputs.Logits.Values(), found.Outputs.Logits.Values());
            foreach ((Parameter a, Parameter b) in same.Parameters.Zip(model.Parameters)) Numbers.Near(expected.ToTensor(a).Values(), gradients.ToTensor(b).Values());
            optimizer.Step(gradients);
            other.Step(expected);
        }

        foreach ((Parameter a, Parameter b) in same.Parameters.Zip(model.Parameters)) Numbers.Near(a.ToTensor().Values(), b.ToTensor().Values(), 2e-4);
    }

    public static void Two_runs_have_the_same_bits(Device device)
    {
        using var model = Masked.Create(device, 1);
        using var first = model.NewGradients();
        using var second = model.NewGradients();
        var batch = new Masked.Batch { X = Numbers.Wave(3, 6, 2), Keep = Numbers.Of([.. Enumerable.Range(0, 18).Select(i => i % 5 != 0)], 3, 6), Goal = Numbers.Seeded(4, 3, 3) };
        Assert.Equal(model.Backward(batch, first).Loss, model.Backward(batch, second).Loss);
        foreach (Parameter parameter in model.Parameters) Assert.Equal(first.ToTensor(parameter).Values(), second.ToTensor(parameter).Values());
    }

    public static void Streams_and_states_are_those_of_the_processor(Device device)
    {
        using var processor = Device.Cpu(2);
        using var model = Filter.Create(device, 1);
        using var same = Filter.Create(processor, 1);
        Tensor<float> x = Numbers.Wave(2, 4), gain = Numbers.Of([1f, 2f], 2);
        Filter.Outputs whole = model.Forward(x, gain), expected = same.Forward(x, gain);
        Numbers.Near(expected.Y.Values(), whole.Y.Values());
        Numbers.Near(same.Forward(x, gain, initial: expected.State).Y.Values(), model.Forward(x, gain, initial: whole.State).Y.Values());
        using var stream = model.OpenStream(2, [1f, 2f]);
        float[] y = new float[2];
        for (int t = 0; t < 4; t++)
        {
            stream.Step([x[0, t], x[1, t]], y);
            Numbers.Near([expected.Y[0, t], expected.Y[1, t]], y);
        }

        using var complex = Turn.Create(device, 1);
        using var sameComplex = Turn.Create(processor, 1);
        Numbers.Near(sameComplex.Forward(Numbers.Wave(1, 3, 2)).W.Values(), complex.Forward(Numbers.Wave(1, 3, 2)).W.Values());
    }

    public static void A_token_that_is_none_is_an_error_and_changes_nothing(Device device)
    {
        using var model = Tokens.Create(device, 1);
        using var stream = model.OpenStream();
        float[] logits = new float[5], again = new float[5];
        stream.Step([1], logits);
        var fault = Assert.Throws<IndexOutOfVocabularyException>(() => stream.Step([7], logits));
        Assert.Equal(("tokens", 0L, 7), (fault.Index, fault.Position, fault.Value));
        stream.Step([2], logits);
        using var other = model.OpenStream();
        other.Step([1], again);
        other.Step([2], again);
        Assert.Equal(again, logits);
        fault = Assert.Throws<IndexOutOfVocabularyException>(() => model.Forward(Numbers.Of([1, 2, 0, 3, -4, 9], 2, 3)));
        Assert.Equal((4L, -4), (fault.Position, fault.Value));
    }

    public static void The_tensor_where_a_loss_became_infinite_is_named(Device device)
    {
        using var model = Masked.Create(device, 1);
        using var gradients = model.NewGradients();
        var batch = new Masked.Batch { X = Numbers.Wave(1, 2, 2), Keep = Numbers.Of([true, true], 1, 2), Goal = Numbers.Of([1f, float.PositiveInfinity, 0f], 1, 3) };
        model.Backward(batch, gradients);
        using var optimizer = new Sgd(model.Parameters);
        Assert.Equal("goal", Assert.Throws<NonFiniteException>(() => optimizer.Step(gradients)).Tensor);
    }
}
