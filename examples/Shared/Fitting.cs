using SsmDsl;

namespace Examples;

/// <summary>A training run as the small examples have it: AdamW, a cosine, a checkpoint, a display.</summary>
/// <param name="Name">Start of the names of its files.</param>
/// <param name="Train">Samples to learn from.</param>
/// <param name="Test">Samples to test on.</param>
/// <param name="BatchSize">Sequences in a batch.</param>
/// <param name="Epochs">How often the data is gone through, if the command line does not say.</param>
/// <param name="LearningRate">At its height.</param>
/// <param name="Metric">What is shown beside the loss, and how it is written.</param>
internal sealed record Fitting<TBatch>(
    string Name, DataSource<TBatch> Train, DataSource<TBatch> Test, int BatchSize, int Epochs, double LearningRate, (string Name, Func<double, string> Write) Metric)
{
    /// <summary>Trains the model and evaluates it on the test samples.</summary>
    public EvaluationResult Run<TGradients>(ITrainable<TBatch, TGradients> model, Options options, CancellationToken stopped)
        where TGradients : Gradients
    {
        Directory.CreateDirectory(options.Output);
        BatchSequence<TBatch> batches = Train.Shuffle(options.Seed).Batches(BatchSize).Prefetch();
        int epochs = options.Epochs ?? Epochs;
        long steps = (long)epochs * batches.BatchesPerEpoch;
        using var optimizer = new AdamW(model.Parameters, new AdamWOptions
        {
            LearningRate = LearningRate,
            ClipNorm = 1,
            Schedule = Schedule.Cosine(steps, warmUp: steps / 20, end: 0.05),
        });
        var trainer = Trainer.Create(model, optimizer, batches, new TrainerOptions<TBatch>
        {
            Epochs = epochs,
            Seed = options.Seed,
            Evaluation = Test.Batches(BatchSize, keepPartial: true),
            CheckpointPath = Path.Combine(options.Output, $"{Name}-training.safetensors"),
            CheckpointEvery = 50,
        });
        if (options.Resume && !trainer.Resume()) throw new UsageException($"there is no checkpoint in '{options.Output}' to resume from");
        EvaluationResult? result = null;
        Display.Run(trainer.State.Step, Metric, progress => result = trainer.Run(progress, stopped));
        return result!;
    }
}
