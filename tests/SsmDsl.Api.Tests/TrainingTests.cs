namespace SsmDsl.Api.Tests;

/// <summary>Training: data, the loop, checkpoints, resumption bit by bit.</summary>
public sealed class TrainingTests : IDisposable
{
    private readonly Device device = TestDevice.Make();
    private readonly string folder = Directory.CreateTempSubdirectory("ssmdsl-api-").FullName;

    public void Dispose()
    {
        device.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private string Checkpoint => Path.Combine(folder, "training.safetensors");

    /// <summary>Sequences whose class is the number of their sign changes.</summary>
    private static DataSource<Classifier.Batch> Data => new(20, samples => new Classifier.Batch
    {
        Pixels = Numbers.Of(samples.ToArray().SelectMany(s => Enumerable.Range(0, 6).Select(t => MathF.Sin(s + t * (1 + s % 3)))).ToArray(), samples.Length, 6, 1),
        Label = Numbers.Of(samples.ToArray().Select(s => s % 3).ToArray(), samples.Length),
    });

    private static BatchSequence<Classifier.Batch> Batches => Data.Shuffle(5).Batches(4).Prefetch();

    private static AdamW Optimizer(Classifier model) => new(model.Parameters, new()
    {
        LearningRate = 1e-2f,
        WeightDecay = 0.01f,
        ClipNorm = 1,
        Schedule = Schedule.Cosine(warmUp: 3, steps: 15),
    });

    private TrainerOptions<Classifier.Batch> Options(long? every = null) => new() { Epochs = 3, Seed = 9, CheckpointPath = Checkpoint, CheckpointEvery = every, Evaluation = Data.Batches(8, keepPartial: true) };

    [Fact]
    public void The_loop_by_hand_does_what_the_trainer_does()
    {
        using var trained = Classifier.Create(device, 1);
        using var optimizer = Optimizer(trained);
        var reports = new List<TrainingProgress>();
        EvaluationResult? result = Trainer.Create(trained, optimizer, Batches, Options()).Run(new Direct(reports.Add));
        Assert.Equal(15, reports.Count);
        Assert.True(reports[^1].EpochLoss < reports[4].EpochLoss, string.Join(" ", reports.Select(r => r.Loss)));
        Assert.Equal((20, "accuracy"), (result!.Samples, result.Metrics[0].Name));

        using var model = Classifier.Create(device, 1);
        using var own = Optimizer(model);
        using var gradients = model.NewGradients();
        ulong step = 0;
        BatchSequence<Classifier.Batch> batches = Batches;
        for (int epoch = 0; epoch < 3; epoch++)
        {
            foreach (Classifier.Batch batch in batches)
            {
                model.Backward(batch, gradients, seed: 9, step++);
                own.Step(gradients);
            }
        }

        Assert.Equal(Numbers.Bits(trained), Numbers.Bits(model));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(14)]
    public void A_run_that_is_stopped_and_resumed_ends_bit_by_bit_like_one_that_was_not(int stopAfter)
    {
        using var whole = Classifier.Create(device, 1);
        using (var optimizer = Optimizer(whole)) Trainer.Create(whole, optimizer, Batches, Options()).Run();
        File.Delete(Checkpoint);

        // Cancelled between two batches
        using (var first = Classifier.Create(device, 1))
        using (var optimizer = Optimizer(first))
        using (var stop = new CancellationTokenSource())
        {
            var trainer = Trainer.Create(first, optimizer, Batches, Options());
            Assert.Throws<OperationCanceledException>(() => trainer.Run(new Direct(p =>
            {
                if (p.Step == stopAfter) stop.Cancel();
            }), stop.Token));
        }

        AssertResumes(whole);

        // Killed in the middle of a step: what is there is the last checkpoint.
        File.Delete(Checkpoint);
        using (var second = Classifier.Create(device, 1))
        using (var optimizer = Optimizer(second))
        {
            var trainer = Trainer.Create(second, optimizer, Batches, Options(every: 3));
            Assert.Throws<InvalidOperationException>(() => trainer.Run(new Direct(p =>
            {
                if (p.Step == stopAfter) throw new InvalidOperationException("killed");
            })));
        }

        AssertResumes(whole);
    }

    [Fact]
    public void A_checkpoint_of_another_run_is_refused_and_changes_nothing()
    {
        using var model = Classifier.Create(device, 1);
        using var optimizer = Optimizer(model);
        Trainer.Create(model, optimizer, Batches, Options()).Run();
        int[] before = Numbers.Bits(model);
        using var sgd = new Sgd(model.Parameters, new() { LearningRate = 0.1f });
        Assert.Throws<CheckpointException>(() => Trainer.Create(model, sgd, Batches, Options()).Resume());
        Assert.Throws<CheckpointException>(() => Trainer.Create(model, optimizer, Batches, Options() with { Seed = 10 }).Resume());
        byte[] bytes = File.ReadAllBytes(Checkpoint);
        File.WriteAllBytes(Checkpoint, bytes[..^10]);
        Assert.Throws<CheckpointException>(() => Trainer.Create(model, optimizer, Batches, Options()).Resume());
        model.Save(Checkpoint);
        Assert.Throws<CheckpointException>(() => Trainer.Create(model, optimizer, Batches, Options()).Resume());
        Assert.Equal(before, Numbers.Bits(model));
        File.Delete(Checkpoint);
        Assert.False(Trainer.Create(model, optimizer, Batches, Options()).Resume());
        File.WriteAllBytes(Checkpoint, bytes);
        using var weights = Classifier.Create(device, 2);
        weights.Load(Checkpoint, new() { Prefix = TrainingCheckpoint.ModelPrefix });
        Assert.Equal(before, Numbers.Bits(weights));
    }

    [Fact]
    public void A_loss_that_is_not_finite_stops_the_run_and_says_where_it_began()
    {
        using var model = Classifier.Create(device, 1);
        using var optimizer = Optimizer(model);
        var data = new DataSource<Classifier.Batch>(8, samples =>
        {
            Classifier.Batch batch = new() { Pixels = Numbers.Wave(samples.Length, 6, 1), Label = Numbers.Of(new int[samples.Length], samples.Length) };
            if (samples.Span[0] == 4) batch.Pixels[0, 3, 0] = float.PositiveInfinity;
            return batch;
        });
        int[] before = [];
        var e = Assert.Throws<NonFiniteException>(() => Trainer.Create(model, optimizer, data.Batches(4)).Run(new Direct(_ => before = Numbers.Bits(model))));
        Assert.Equal(("pixels", 1L), (e.Tensor, e.Step));
        Assert.Equal(before, Numbers.Bits(model));
    }

    [Fact]
    public void An_empty_data_set_is_an_error()
    {
        var none = new DataSource<Classifier.Batch>(0, _ => default);
        Assert.Contains("empty", Assert.Throws<ArgumentException>(() => none.Batches(4)).Message, StringComparison.Ordinal);
        Assert.Contains("20 samples, fewer than one batch of 32", Assert.Throws<ArgumentException>(() => Data.Batches(32)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => PadBatch.Of(Array.Empty<float[]>()));
    }

    [Fact]
    public void An_error_while_a_batch_is_made_reaches_the_reader()
    {
        var data = new DataSource<int>(4, samples => samples.Span[0] == 2 ? throw new DataFileException("x", "broken") : 1);
        foreach (BatchSequence<int> batches in new[] { data.Batches(1), data.Batches(1).Prefetch() }) Assert.Throws<DataFileException>(() => batches.Sum());
    }

    private void AssertResumes(Classifier whole)
    {
        using var resumed = Classifier.Create(device, 77);
        using var optimizer = Optimizer(resumed);
        var trainer = Trainer.Create(resumed, optimizer, Batches, Options());
        bool found = trainer.Resume();
        if (!found)
        {
            // Killed before the first checkpoint: the run starts anew.
            using var anew = Classifier.Create(device, 1);
            using var first = Optimizer(anew);
            Trainer.Create(anew, first, Batches, Options()).Run();
            Assert.Equal(Numbers.Bits(whole), Numbers.Bits(anew));
            return;
        }

        trainer.Run();
        Assert.Equal(Numbers.Bits(whole), Numbers.Bits(resumed));
    }

    /// <summary>Reports on the thread of the run.</summary>
    private sealed class Direct(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
