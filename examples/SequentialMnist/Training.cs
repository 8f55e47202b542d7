using System.Globalization;
using Examples;
using SsmDsl;

namespace SequentialMnist;

/// <summary>The training run: optimizer, data, display, checkpoint, curves.</summary>
internal sealed class Training
{
    public const int BatchSize = 16;

    private const int Epochs = 5;

    private readonly SequentialDigits model;
    private readonly Digits train;
    private readonly Digits test;
    private readonly Options options;
    private readonly Curves curves;

    public Training(SequentialDigits model, Digits train, Digits test, Options options)
    {
        (this.model, this.train, this.test, this.options) = (model, train, test, options);
        curves = new Curves(Path.Combine(options.Output, "sequential-mnist-curves.csv"));
    }

    /// <returns>Share of the test digits that are recognised.</returns>
    public double Run(CancellationToken stopped)
    {
        BatchSequence<SequentialDigits.Batch> batches = train.AsSource().Shuffle(options.Seed).Batches(BatchSize).Prefetch();
        int epochs = options.Epochs ?? Epochs;
        long steps = (long)epochs * batches.BatchesPerEpoch;
        using var optimizer = new AdamW(model.Parameters, new AdamWOptions
        {
            LearningRate = 1e-2,
            WeightDecay = 0.01,
            ClipNorm = 1,
            Schedule = Schedule.Cosine(steps, warmUp: steps / 20),
        });
        var trainer = Trainer.Create(model, optimizer, batches, new TrainerOptions<SequentialDigits.Batch>
        {
            Epochs = epochs,
            Seed = options.Seed,
            Evaluation = test.AsSource().Batches(100, keepPartial: true),
            CheckpointPath = Path.Combine(options.Output, "sequential-mnist-training.safetensors"),
            CheckpointEvery = 100,
        });
        if (options.Resume) Resume(trainer);
        EvaluationResult? result = null;
        Display.Run(trainer.State.Step, ("accuracy", v => (100 * v).ToString("F1", CultureInfo.InvariantCulture) + " %"), progress =>
            result = trainer.Run(new Recorder(curves, progress), stopped));
        Picture.Save(curves.Points, Path.Combine(options.Output, "sequential-mnist.png"));
        return result!["accuracy"];
    }

    private void Resume(Trainer<SequentialDigits.Batch, Gradients> trainer)
    {
        if (!trainer.Resume()) throw new UsageException($"there is no checkpoint in '{options.Output}' to resume from");
        curves.Read(trainer.State.Step);
        Console.WriteLine($"goes on after step {trainer.State.Step}");
    }

    private sealed class Recorder(Curves curves, IProgress<TrainingProgress> next) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            curves.Add(value.Step, value.Loss, value.Evaluation?["accuracy"]);
            next.Report(value);
        }
    }
}
