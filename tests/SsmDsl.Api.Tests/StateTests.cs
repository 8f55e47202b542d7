namespace SsmDsl.Api.Tests;

/// <summary>States as values, chunks, and streams.</summary>
public sealed class StateTests : IDisposable
{
    private readonly Device device = TestDevice.Make();

    public void Dispose() => device.Dispose();

    [Fact]
    public void Chunks_and_steps_are_the_same_function_as_the_whole()
    {
        using var model = Classifier.Create(device, 3);
        Tensor<float> x = Numbers.Wave(2, 12, 1);
        Classifier.Outputs whole = model.Forward(x);
        Classifier.State? state = null;
        Classifier.Outputs? chunk = null;
        foreach ((int start, int length) in new[] { (0, 5), (5, 0), (5, 1), (6, 6) })
        {
            float[] part = [.. Enumerable.Range(0, 2).SelectMany(b => x.Values().Skip(b * 12 + start).Take(length))];
            chunk = model.Forward(Numbers.Of(part, 2, length, 1), state);
            state = chunk.State;
        }

        Numbers.Near(whole.Logits.Values(), chunk!.Logits.Values());
        Assert.Equal(12, state!.Position);
        using var stream = model.OpenStream(batch: 2);
        float[] logits = new float[6];
        for (int t = 0; t < 12; t++) stream.Step([x[0, t, 0], x[1, t, 0]], logits);
        Numbers.Near(whole.Logits.Values(), logits);
        for (int i = 0; i < whole.State.Data.Count; i++) Numbers.Near(whole.State.Data.Tensor<float>(i).Values(), stream.CopyState()!.Data.Tensor<float>(i).Values());
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        using var model = Classifier.Create(device, 3);
        using var stream = model.OpenStream();
        float[] x = [0.3f], logits = new float[3];
        for (int i = 0; i < 3; i++) stream.Step(x, logits);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++) stream.Step(x, logits);
        long used = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(0, used);
    }

    [Fact]
    public void A_state_is_a_value_that_can_be_copied_and_saved()
    {
        using var model = Classifier.Create(device, 3);
        Tensor<float> x = Numbers.Wave(2, 6, 1);
        Classifier.State state = model.Forward(x).State, copy = state.Copy();
        float[] expected = model.Forward(x, state).Logits.Values();
        Assert.Equal(expected, model.Forward(x, state).Logits.Values());
        using var stream = new MemoryStream();
        state.Save(stream);
        stream.Position = 0;
        Classifier.State loaded = Classifier.State.Load(stream);
        Assert.Equal((6L, 2), (loaded.Position, loaded.Batch));
        Assert.Equal(expected, model.Forward(x, loaded).Logits.Values());
        state.Data.Tensor<float>(0).AsTensorSpan().Add(0, 1);
        Assert.NotEqual(expected, model.Forward(x, state).Logits.Values());
        Assert.Equal(expected, model.Forward(x, copy).Logits.Values());
        Assert.Throws<CheckpointException>(() => Filter.State.Load(new MemoryStream(stream.ToArray())));
    }

    [Fact]
    public void A_state_of_another_size_is_refused()
    {
        using var model = Classifier.Create(device, 3);
        Classifier.State state = model.Forward(Numbers.Wave(3, 4, 1)).State;
        Assert.Equal("initial", Assert.Throws<ArgumentException>(() => model.Forward(Numbers.Wave(2, 4, 1), state)).ParamName);
        using var stream = model.OpenStream(batch: 2);
        Assert.Equal("state", Assert.Throws<ArgumentException>(() => stream.Restore(state)).ParamName);
        Assert.Equal("pixels", Assert.Throws<ArgumentException>(() => stream.Step([1f])).ParamName);
        Assert.Equal("logits", Assert.Throws<ArgumentException>(() => stream.Step([1f, 2f], new float[5])).ParamName);
    }

    [Fact]
    public void Inputs_without_a_sequence_axis_are_given_when_a_stream_opens()
    {
        using var model = Filter.Create(device, 1);
        Tensor<float> x = Numbers.Wave(2, 4);
        float[] whole = model.Forward(x, Numbers.Of([1f, 2f], 2)).Y.Values();
        using var stream = model.OpenStream(2, [1f, 2f]);
        float[] y = new float[2];
        for (int t = 0; t < 4; t++)
        {
            stream.Step([x[0, t], x[1, t]], y);
            Numbers.Near([whole[t], whole[4 + t]], y);
        }

        stream.Restore(null);
        stream.Step([x[0, 0], x[1, 0]], y);
        Numbers.Near([whole[0], whole[4]], y);
    }

    [Fact]
    public void Gradients_go_through_the_initial_and_the_final_state()
    {
        using var model = Turn.Create(device, 1);
        using var gradients = model.NewGradients();
        Tensor<float> z = Numbers.Wave(1, 3, 2);
        Turn.State state = model.Forward(z).State;
        var r = model.Backward(new Turn.Batch { Z = z }, gradients, initial: state);
        float[] found = r.InitialGradient!.Data.Tensor<float>(0).Values();
        for (int i = 0; i < found.Length; i++)
        {
            double Loss(float change)
            {
                Turn.State moved = state.Copy();
                moved.Data.Tensor<float>(0).AsTensorSpan().Add(i, change);
                return model.Backward(new Turn.Batch { Z = z }, gradients, initial: moved).Loss;
            }

            Assert.Equal((Loss(1e-2f) - Loss(-1e-2f)) / 2e-2, found[i], 3);
        }

        Assert.Null(model.Backward(new Turn.Batch { Z = z }, gradients).InitialGradient);
        Turn.State seed = model.Forward(z).State;
        var v = model.Backward(new() { Z = z }, default, gradients, stateGradient: seed);
        Assert.Contains(v.InputGradients.Z.Values(), g => g != 0);
    }

    [Fact]
    public void Padding_changes_nothing()
    {
        using var model = Masked.Create(device, 7);
        using var all = model.NewGradients();
        using var one = model.NewGradients();
        using var sum = model.NewGradients();
        float[][] sequences = [[.. Numbers.Seeded(1, 5, 2).Values()], [.. Numbers.Seeded(2, 2, 2).Values()], [.. Numbers.Seeded(3, 7, 2).Values()]];
        (Tensor<float> values, Tensor<bool> keep) = PadBatch.Of(sequences, 2, padding: 123f);
        Tensor<float> goal = Numbers.Seeded(4, 3, 3);
        var padded = model.Backward(new Masked.Batch { X = values, Keep = keep, Goal = goal }, all);
        double loss = 0;
        for (int i = 0; i < 3; i++)
        {
            int length = sequences[i].Length / 2;
            var batch = new Masked.Batch
            {
                X = Numbers.Of(sequences[i], 1, length, 2),
                Keep = Numbers.Of(Enumerable.Repeat(true, length).ToArray(), 1, length),
                Goal = Numbers.Of(goal.Values()[(3 * i)..(3 * i + 3)], 1, 3),
            };
            var alone = model.Backward(batch, one);
            model.Backward(batch, sum, accumulate: i > 0);
            loss += alone.Loss / 3;
            Numbers.Near(alone.Outputs.Y.Values(), padded.Outputs.Y.Values()[(3 * i)..(3 * i + 3)]);
            Numbers.Near(alone.State.H.Values(), padded.State.H.Values()[(3 * i)..(3 * i + 3)]);
            Numbers.Near(alone.InputGradients.X.Values().Select(g => g / 3), padded.InputGradients.X.Values()[(14 * i)..(14 * i + 2 * length)]);
            Assert.All(padded.InputGradients.X.Values()[(14 * i + 2 * length)..(14 * i + 14)], g => Assert.Equal(0, g));
        }

        Assert.Equal(loss, padded.Loss, 6);
        foreach (Parameter parameter in model.Parameters) Numbers.Near(sum.ToTensor(parameter).Values().Select(g => g / 3), all.ToTensor(parameter).Values());
    }
}

file static class Spans
{
    /// <summary>Adds to one value of a dense tensor.</summary>
    public static void Add(this TensorSpan<float> tensor, int index, float change) =>
        System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref tensor.GetPinnableReference(), (int)tensor.FlattenedLength)[index] += change;
}
