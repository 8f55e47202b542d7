namespace SsmDsl.Api.Tests;

/// <summary>Forward, Evaluate, Backward: whose memory results are, what is allocated, what is checked.</summary>
public sealed class RunTests : IDisposable
{
    private readonly Device device = TestDevice.Make();

    public void Dispose() => device.Dispose();

    [Fact]
    public void Results_are_the_callers_and_nothing_overwrites_them()
    {
        using var model = Classifier.Create(device, 1);
        Tensor<float> first = model.Forward(Numbers.Wave(3, 9, 1)).Logits;
        float[] copy = first.Values();
        model.Forward(Numbers.Seeded(2, 3, 9, 1));
        Assert.Equal(copy, first.Values());
        Assert.Equal([3, 3], first.Lengths.ToArray());
        Assert.Equal(copy, model.Forward(Numbers.Wave(3, 9, 1)).Logits.Values());
    }

    [Fact]
    public void Strided_inputs_and_outputs_are_the_same_values()
    {
        using var model = Reader.Create(device, 1);
        Tensor<float> x = Numbers.Wave(2, 6, 2);
        float[] wide = new float[2 * 6 * 4];
        for (int b = 0; b < 2; b++)
            for (int t = 0; t < 6; t++)
                for (int d = 0; d < 2; d++) wide[b * 24 + t * 4 + 2 * d] = x[b, t, d];
        float[] result = new float[48];
        model.Forward(
            new() { X = new ReadOnlyTensorSpan<float>(wide, [2, 6, 2], [24, 4, 2]) },
            new() { Y = new TensorSpan<float>(result, [2, 6, 2], [24, 4, 2]) });
        float[] dense = model.Forward(x).Y.Values();
        Assert.Equal(dense, Enumerable.Range(0, 24).Select(i => result[i / 12 * 24 + i % 12 / 2 * 4 + i % 2 * 2]));
        Assert.All(Enumerable.Range(0, 24), i => Assert.Equal(0, result[2 * i + 1]));
    }

    [Fact]
    public void Into_forms_allocate_nothing_after_the_first_call_of_a_size()
    {
        using var model = Classifier.Create(device, 1);
        using var gradients = model.NewGradients();
        float[] logits = new float[12], pixels = new float[4 * 11];
        var state = model.Forward(Numbers.Wave(4, 11, 1)).State;
        var batch = new Classifier.Batch { Pixels = Numbers.Wave(4, 11, 1), Label = Numbers.Of([0, 1, 2, 0], 4) };
        var trainable = (ITrainable<Classifier.Batch, Gradients>)model;
        double[] metrics = new double[1];
        using var optimizer = new AdamW(model.Parameters, new() { LearningRate = 1e-3f, ClipNorm = 1 });
        Action[] calls =
        [
            () => model.Forward(new() { Pixels = batch.Pixels }, new() { Logits = logits }),
            () => model.Forward(new() { Pixels = batch.Pixels }, new() { Logits = logits }, initial: state, final: state),
            () => model.Evaluate(batch, new() { Logits = logits }),
            () => model.Backward(batch, gradients, new() { Logits = logits }, seed: 1, step: 2, inputGradients: new() { Pixels = pixels }),
            () => model.Backward(batch, gradients, new() { Logits = logits }, 1, 2, accumulate: true, initial: state),
            () => model.Backward(new() { Pixels = batch.Pixels }, new() { Logits = new ReadOnlyTensorSpan<float>(logits, [4, 3]) }, gradients, new() { Logits = default }),
            () => trainable.Backward(batch, gradients, 1, 2, metrics),
            () => trainable.Evaluate(batch, metrics),
            () => optimizer.Step(gradients),
        ];
        for (int i = 0; i < calls.Length; i++)
        {
            for (int warm = 0; warm < 3; warm++) calls[i]();
            long before = GC.GetAllocatedBytesForCurrentThread();
            calls[i]();
            long used = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(used <= TestDevice.AllocatedByLaunches, $"call {i} allocated {used} bytes");
        }
    }

    [Fact]
    public void Any_number_of_threads_may_run_a_model()
    {
        using var model = Classifier.Create(device, 1);
        Tensor<float>[] inputs = [.. Enumerable.Range(1, 8).Select(i => Numbers.Seeded(i, i, 3 + i, 1))];
        float[][] expected = [.. inputs.Select(x => model.Forward(x).Logits.Values())];
        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 8 }, n =>
        {
            Assert.Equal(expected[n % 8], model.Forward(inputs[n % 8]).Logits.Values());
            using var stream = model.OpenStream();
            stream.Step([0.5f]);
        });
    }

    [Fact]
    public void What_needs_the_model_alone_throws_while_it_runs()
    {
        var model = Classifier.Create(device, 1);
        int[] before = Numbers.Bits(model);
        using var stop = new CancellationTokenSource();
        Tensor<float> x = Numbers.Wave(16, 1000, 1);
        using var started = new CountdownEvent(3);
        Thread[] runners = [.. Enumerable.Range(0, 3).Select(_ => new Thread(() =>
        {
            model.Forward(x);
            started.Signal();
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    model.Forward(x);
                }
                catch (InvalidOperationException)
                {
                    // It is being changed at this moment.
                }
            }
        }))];
        using var bytes = new MemoryStream();
        model.Save(bytes);
        byte[] saved = bytes.ToArray();
        using var optimizer = new Sgd(model.Parameters, new() { LearningRate = 1 });
        using var gradients = model.NewGradients();
        float[] bias = model.Parameters.Head.Bias.ToTensor().Values();
        foreach (Thread runner in runners) runner.Start();
        started.Wait();
        Action[] changes = [() => model.Load(saved), () => optimizer.Step(gradients), () => model.Parameters.Head.Bias.CopyFrom(bias)];
        foreach (Action change in changes)
        {
            // Between two runs it may succeed; before long it meets one.
            Exception? refused = null;
            for (var clock = System.Diagnostics.Stopwatch.StartNew(); refused is null && clock.Elapsed.TotalSeconds < 30;) refused = Record.Exception(change);
            Assert.Contains("alone", Assert.IsType<InvalidOperationException>(refused).Message, StringComparison.Ordinal);
        }

        stop.Cancel();
        foreach (Thread runner in runners) runner.Join();
        Assert.Equal(before, Numbers.Bits(model));
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => model.Forward(x));
        model.Dispose();
    }

    [Fact]
    public void Wrong_arguments_name_the_tensor_before_any_work()
    {
        using var model = Tokens.Create(device, 1);
        using var gradients = model.NewGradients();
        Tensor<int> tokens = Numbers.Of([0, 1, 2, 3, 4, 0], 2, 3);
        Assert.Equal("tokens", Assert.Throws<ArgumentException>(() => model.Forward(Numbers.Of([1, 2], 2))).ParamName);
        Assert.Equal("next", Assert.Throws<ArgumentException>(() => model.Evaluate(new Tokens.Batch { Tokens = tokens, Next = Numbers.Of([1, 2, 3, 4], 2, 2) })).ParamName);
        Assert.Equal("next", Assert.Throws<ArgumentException>(() => model.Evaluate(new Tokens.Batch { Tokens = tokens, Next = null! })).ParamName);
        Assert.Equal("logits", Assert.Throws<ArgumentException>(() => model.Forward(new() { Tokens = tokens }, new() { Logits = new float[7] })).ParamName);
        Assert.Equal("tokens", Assert.Throws<ArgumentException>(() => model.Forward(Tensor.Create(Array.Empty<int>(), [0, 3]))).ParamName);
        using var other = Reader.Create(device, 1);
        using var foreign = other.NewGradients();
        Assert.Equal("gradients", Assert.Throws<ArgumentException>(() => model.Backward(new Tokens.Batch { Tokens = tokens, Next = tokens }, foreign)).ParamName);
        using var twin = Tokens.Create(device, 1);
        Assert.Equal("initial", Assert.Throws<ArgumentException>(() => model.Forward(tokens, twin.Forward(Numbers.Of([1], 1, 1)).State)).ParamName);
    }

    [Fact]
    public void A_token_out_of_range_is_an_error_and_changes_nothing()
    {
        using var model = Tokens.Create(device, 1);
        using var gradients = model.NewGradients();
        int[] before = Numbers.Bits(model);
        Tensor<int> tokens = Numbers.Of([0, 1, 2, 3, 9, 0], 2, 3);
        var e = Assert.Throws<IndexOutOfVocabularyException>(() => model.Forward(tokens));
        Assert.Equal(("tokens", 4L, 9), (e.Index, e.Position, e.Value));
        Assert.Contains("holds 9 at [sequence 1, 1], but", e.Message, StringComparison.Ordinal);
        Assert.EndsWith("has the entries 0 to 4 there", e.Message, StringComparison.Ordinal);
        Assert.Throws<IndexOutOfVocabularyException>(() => model.Backward(new Tokens.Batch { Tokens = tokens, Next = tokens }, gradients));
        var target = Assert.Throws<IndexOutOfVocabularyException>(() => model.Backward(new Tokens.Batch { Tokens = Numbers.Of([0, 1, 2, 3, 4, 0], 2, 3), Next = Numbers.Of([0, 1, -1, 3, 4, 0], 2, 3) }, gradients));
        Assert.Equal(("next", -1), (target.Index, target.Value));

        using var stream = model.OpenStream();
        float[] logits = new float[5], again = new float[5];
        stream.Step([1], logits);
        Assert.Throws<IndexOutOfVocabularyException>(() => stream.Step([5], logits));
        Assert.Equal(1, stream.Position);
        stream.Step([2], again);
        Assert.Equal(model.Forward(Numbers.Of([1, 2], 1, 2)).Logits.Values()[5..], again);
        Assert.Equal(before, Numbers.Bits(model));
    }

    [Fact]
    public void Sequences_of_length_0_and_1_run()
    {
        using var model = Classifier.Create(device, 1);
        using var gradients = model.NewGradients();
        foreach (int length in new[] { 0, 1 })
        {
            var batch = new Classifier.Batch { Pixels = Numbers.Wave(2, length, 1), Label = Numbers.Of([0, 1], 2) };
            var r = model.Backward(batch, gradients);
            Assert.True(double.IsFinite(r.Loss));
            Assert.Equal([2, length, 1], r.InputGradients.Pixels.Lengths.ToArray());
            Assert.Equal(length, r.State.Position);
        }

        // Nothing to pool: the head's bias alone
        Numbers.Near([.. model.Parameters.Head.Bias.ToTensor().Values(), .. model.Parameters.Head.Bias.ToTensor().Values()], model.Forward(Numbers.Wave(2, 0, 1)).Logits.Values());
    }

    [Fact]
    public void Data_that_is_no_number_is_found_where_it_began()
    {
        using var model = Classifier.Create(device, 1);
        using var gradients = model.NewGradients();
        using var optimizer = new AdamW(model.Parameters, new() { LearningRate = 1 });
        int[] before = Numbers.Bits(model);
        Tensor<float> pixels = Numbers.Wave(2, 5, 1);
        pixels[1, 2, 0] = float.NaN;
        Assert.True(double.IsNaN(model.Backward(new Classifier.Batch { Pixels = pixels, Label = Numbers.Of([0, 1], 2) }, gradients).Loss));
        var e = Assert.Throws<NonFiniteException>(() => optimizer.Step(gradients));
        Assert.Equal("pixels", e.Tensor);
        Assert.True(double.IsNaN(e.Value));

        model.Parameters.Blocks[1].Lru.D.CopyFrom([.. Enumerable.Repeat(float.MaxValue, 8)]);
        before = Numbers.Bits(model);
        model.Backward(new Classifier.Batch { Pixels = Numbers.Wave(2, 5, 1), Label = Numbers.Of([0, 1], 2) }, gradients);
        e = Assert.Throws<NonFiniteException>(() => optimizer.Step(gradients));
        Assert.NotEqual("loss", e.Tensor);
        Assert.Equal((0, 0L), (Numbers.Bits(model).Zip(before).Count(p => p.First != p.Second), optimizer.Steps));
    }

    [Fact]
    public void An_input_may_be_left_out_and_complex_values_are_pairs()
    {
        using var model = Filter.Create(device, 1);
        Tensor<float> x = Numbers.Wave(2, 4);
        Tensor<float> gain = Numbers.Of([1f, 2f], 2);
        float[] plain = model.Forward(x, gain).Y.Values();
        Assert.Equal(plain, model.Forward(x, gain, Numbers.Of([0.5f, 0.5f], 2)).Y.Values());
        Numbers.Near(plain.Select(v => v + 1), model.Forward(new() { X = x, Gain = gain, Bias = Numbers.Of([1.5f, 1.5f], 2) }).Y.Values());

        using var turn = Turn.Create(device, 1);
        using var gradients = turn.NewGradients();
        Tensor<float> z = Numbers.Wave(2, 4, 2);
        Assert.Equal([2, 4, 2], turn.Forward(z).W.Lengths.ToArray());
        Assert.Equal([2, 4, 2], turn.Backward(new Turn.Batch { Z = z }, gradients).InputGradients.Z.Lengths.ToArray());
        Assert.Equal([2], turn.Parameters.Phase.Shape.Select(n => (int)n));
        Assert.Equal(1, turn.Parameters.Phase.ToTensor().Values().Sum(v => v * v), 5);
    }
}
