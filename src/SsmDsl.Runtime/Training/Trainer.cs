using SsmDsl.Training;

namespace SsmDsl;

/// <summary>Makes trainers, so that type arguments can be inferred.</summary>
public static class Trainer
{
    /// <inheritdoc cref="Trainer{TBatch, TGradients}(ITrainable{TBatch, TGradients}, Optimizer, BatchSequence{TBatch}, TrainerOptions{TBatch}?)"/>
    public static Trainer<TBatch, TGradients> Create<TBatch, TGradients>(
        ITrainable<TBatch, TGradients> model, Optimizer optimizer, BatchSequence<TBatch> data, TrainerOptions<TBatch>? options = null)
        where TGradients : Gradients => new(model, optimizer, data, options);
}

/// <summary>
/// The training loop: batches, gradients, optimizer steps, evaluation, checkpoints, reports. A run that is stopped or killed at
/// any moment and resumed from its checkpoint ends bit by bit like one that was not.
/// </summary>
public sealed class Trainer<TBatch, TGradients>
    where TGradients : Gradients
{
    private readonly ITrainable<TBatch, TGradients> model;
    private readonly Optimizer optimizer;
    private readonly BatchSequence<TBatch> data;
    private readonly TrainerOptions<TBatch> options;

    /// <param name="model">What is trained.</param>
    /// <param name="optimizer">Made for the parameters of <paramref name="model"/>.</param>
    /// <param name="data">The batches; the run begins at its position.</param>
    /// <param name="options">Epochs, seed, evaluation, checkpoints.</param>
    public Trainer(ITrainable<TBatch, TGradients> model, Optimizer optimizer, BatchSequence<TBatch> data, TrainerOptions<TBatch>? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(data);
        if (!ReferenceEquals(model.Parameters.Store, optimizer.Store)) throw new ArgumentException("the optimizer changes the parameters of another model", nameof(optimizer));
        this.model = model;
        this.optimizer = optimizer;
        this.data = data;
        this.options = options ?? new TrainerOptions<TBatch>();
        if (this.options.CheckpointEvery <= 0) throw new ArgumentException("steps between checkpoints are positive", nameof(options));
        if (this.options.ReportEvery <= 0) throw new ArgumentException("steps between reports are positive", nameof(options));
        State = new TrainingState { Seed = this.options.Seed, Position = data.Position, EpochMetrics = new double[model.MetricNames.Count] };
    }

    /// <summary>Where the run stands.</summary>
    public TrainingState State { get; private set; }

    /// <summary>Goes on from the checkpoint, if there is one: weights, optimizer, random state and position become those of it.</summary>
    /// <returns>False if there is no checkpoint yet.</returns>
    /// <exception cref="CheckpointException">It is damaged, or that of another model, optimizer or seed. Nothing is changed.</exception>
    public bool Resume()
    {
        if (options.CheckpointPath is not { } path || !File.Exists(path)) return false;
        using (SafetensorsFile file = SafetensorsFile.Open(path)) TrainingResume.Check(file, options.Seed, model.MetricNames.Count, data.BatchesPerEpoch);
        State = TrainingCheckpoint.Load(path, optimizer);
        data.Position = State.Position;
        return true;
    }

    /// <summary>Trains to the end of the last epoch.</summary>
    /// <param name="progress">Told after each step.</param>
    /// <param name="cancellation">Looked at between batches.</param>
    /// <returns>The evaluation after the last epoch, or null without data to evaluate on.</returns>
    /// <exception cref="OperationCanceledException">Cancelled; the checkpoint is written and nothing is lost.</exception>
    /// <exception cref="NonFiniteException">The loss or a gradient is not finite; parameters are as before that step.</exception>
    public EvaluationResult? Run(IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        using TGradients gradients = model.NewGradients();
        var pace = new TrainingPace(options.Epochs * data.BatchesPerEpoch - State.Step);
        EvaluationResult? evaluation = null;
        while (State.Position.Epoch < options.Epochs)
        {
            evaluation = null;
            data.Position = State.Position;
            foreach (TBatch batch in data)
            {
                if (cancellation.IsCancellationRequested) Stop(cancellation);
                double rate = optimizer.LearningRate;
                TrainingState before = State;
                double loss = Step(batch, gradients);
                pace.Add(model.Count(in batch));
                bool last = State.Position.Epoch != before.Position.Epoch;
                if (last && options.Evaluation is { } held) evaluation = Evaluate(held);
                if (last || State.Step % options.ReportEvery == 0) progress?.Report(Report(State, before.Position.Epoch, loss, rate, pace, evaluation));
                if (last) State = State with { EpochSamples = 0, EpochLoss = 0, EpochMetrics = new double[model.MetricNames.Count] };
                if (options.CheckpointEvery is { } every ? State.Step % every == 0 || IsDone : last) Save();
            }
        }

        return evaluation ?? (options.Evaluation is { } end ? Evaluate(end) : null);
    }

    /// <summary>Loss and metrics of a data set, each sequence counted alike.</summary>
    public EvaluationResult Evaluate(IEnumerable<TBatch> batches)
    {
        ArgumentNullException.ThrowIfNull(batches);
        if (batches is BatchSequence<TBatch> sequence) sequence.Position = default;
        double loss = 0;
        long samples = 0;
        var sums = new double[model.MetricNames.Count];
        var metrics = new double[sums.Length];
        foreach (TBatch batch in batches)
        {
            int count = model.Count(in batch);
            loss += count * model.Evaluate(in batch, metrics);
            for (int i = 0; i < sums.Length; i++) sums[i] += count * metrics[i];
            samples += count;
        }

        if (samples == 0) throw new ArgumentException("the data set to evaluate on is empty", nameof(batches));
        return new EvaluationResult(loss / samples, Named(sums, samples), samples);
    }

    private bool IsDone => State.Position.Epoch >= options.Epochs;

    private double Step(TBatch batch, TGradients gradients)
    {
        var metrics = new double[model.MetricNames.Count];
        int count = model.Count(in batch);
        double loss = model.Backward(in batch, gradients, State.Seed, (ulong)State.Step, metrics);
        if (!double.IsFinite(loss))
        {
            (string tensor, double value) = gradients.NonFinite ?? ("loss", loss);
            throw new NonFiniteException("the loss", tensor, value, State.Step);
        }

        optimizer.Step(gradients);
        State = State with
        {
            Step = State.Step + 1,
            Position = data.Position,
            EpochSamples = State.EpochSamples + count,
            EpochLoss = State.EpochLoss + count * loss,
            EpochMetrics = [.. State.EpochMetrics.Zip(metrics, (sum, metric) => sum + count * metric)],
        };
        return loss;
    }

    private void Stop(CancellationToken cancellation)
    {
        // The batch that was just handed out has not been used: the position saved is that of the state.
        Save();
        data.Position = State.Position;
        throw new OperationCanceledException(cancellation);
    }

    private void Save()
    {
        if (options.CheckpointPath is { } path) TrainingCheckpoint.Save(path, optimizer, State);
    }

    private TrainingProgress Report(TrainingState state, long epoch, double loss, double rate, TrainingPace pace, EvaluationResult? evaluation) => new()
    {
        Epoch = epoch,
        Epochs = options.Epochs,
        Step = state.Step,
        Steps = options.Epochs * data.BatchesPerEpoch,
        Loss = loss,
        EpochLoss = state.EpochLoss / state.EpochSamples,
        EpochMetrics = Named(state.EpochMetrics, state.EpochSamples),
        LearningRate = rate,
        SamplesPerSecond = pace.SamplesPerSecond,
        TimeLeft = pace.TimeLeft,
        Evaluation = evaluation,
    };

    private MetricValue[] Named(IReadOnlyList<double> sums, long samples) => [.. model.MetricNames.Select((name, i) => new MetricValue(name, sums[i] / samples))];
}
