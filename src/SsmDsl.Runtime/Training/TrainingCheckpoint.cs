using System.Globalization;
using SsmDsl.Checkpoints;
using SsmDsl.Memory;
using SsmDsl.Models;
using SsmDsl.Programs;

namespace SsmDsl;

/// <summary>
/// One safetensors file with all that a training run needs to go on, bit by bit as if it had not stopped: weights
/// (<c>model.…</c>), optimizer (<c>optimizer.…</c>), random state and position in the data. Written beside its place, forced to
/// the disk, renamed. <c>model.Load(path, new() { Prefix = "model." })</c> takes the weights alone.
/// </summary>
public static class TrainingCheckpoint
{
    /// <summary>What stands in front of the names of parameters.</summary>
    public const string ModelPrefix = "model.";

    private const string OptimizerPrefix = "optimizer.";
    private const string Key = "ssmdsl.training.";

    /// <summary>Writes the file.</summary>
    /// <param name="path">Where.</param>
    /// <param name="optimizer">The optimizer, with the parameters that it changes.</param>
    /// <param name="state">Where the run stands.</param>
    /// <exception cref="CheckpointException">It cannot be written.</exception>
    public static void Save(string path, Optimizer optimizer, TrainingState state)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(state);
        using var lease = new RunLease(optimizer.Store.Gate);
        var writer = new SafetensorsWriter();
        foreach (Parameter parameter in optimizer.Parameters)
        {
            writer.AddCopy(ModelPrefix + parameter.Name, parameter);
            for (int i = 0; i < optimizer.Moments.Length; i++) AddMoment(writer, optimizer, i, parameter);
        }

        Write(writer.Metadata, optimizer, state);
        writer.Save(path);
    }

    /// <summary>Replaces weights and optimizer state by those of the file, or nothing if anything is wrong.</summary>
    /// <returns>Where the run stood.</returns>
    /// <exception cref="CheckpointException">It is missing, damaged, no training checkpoint, or that of another model or optimizer.</exception>
    /// <exception cref="InvalidOperationException">The model is running.</exception>
    public static unsafe TrainingState Load(string path, Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        (TrainingState state, long steps) = Read(file, optimizer);
        CheckExtra(file, optimizer);
        using var lease = new ChangeLease(optimizer.Store.Gate, "loading");
        NativeBlock[] staged = [.. optimizer.Moments.Select(m => new NativeBlock(m.Bytes, zero: true))];
        try
        {
            for (int i = 0; i < staged.Length; i++) ReadMoment(file, optimizer, i, staged[i]);
            ParameterLoading.Load(optimizer.Parameters, file, new CheckpointLoadOptions { Prefix = ModelPrefix });
            for (int i = 0; i < staged.Length; i++) optimizer.Store.Device.Memory.CopyIn(optimizer.Moments[i].Pointer, staged[i].Pointer, staged[i].Bytes);
        }
        finally
        {
            foreach (NativeBlock block in staged) block.Dispose();
        }

        optimizer.Steps = steps;
        return state;
    }

    private static string MomentName(Optimizer optimizer, int moment, Parameter parameter) => $"{OptimizerPrefix}{optimizer.MomentNames[moment]}.{parameter.Name}";

    private static unsafe void AddMoment(SafetensorsWriter writer, Optimizer optimizer, int moment, Parameter parameter)
    {
        int size = Elements.Size(parameter.Real);
        writer.Add(MomentName(optimizer, moment, parameter), size == 8 ? SafetensorsType.F64 : SafetensorsType.F32, parameter.Shape.AsSpan(), stream =>
        {
            using var values = new Staged(optimizer.Store.Device.Memory, optimizer.Moments[moment].Pointer + parameter.Offset, parameter.Count * size);
            stream.Write(new ReadOnlySpan<byte>(values.Pointer, checked((int)parameter.Count * size)));
        });
    }

    private static unsafe void ReadMoment(SafetensorsFile file, Optimizer optimizer, int moment, NativeBlock block)
    {
        foreach (Parameter parameter in optimizer.Parameters)
        {
            SafetensorsEntry entry = file[MomentName(optimizer, moment, parameter)];
            if (!parameter.Shape.AsSpan().SequenceEqual([.. entry.Shape]))
            {
                throw new CheckpointException(
                    $"'{entry.Name}' has shape [{TensorShapes.Text([.. entry.Shape])}], expected [{TensorShapes.Text(parameter.Shape.AsSpan())}]", file.Path, entry.Name)
                { Expected = [.. parameter.Shape], Found = entry.Shape };
            }

            void* values = block.Pointer + parameter.Offset;
            int count = checked((int)parameter.Count);
            if (parameter.Real == ElementKind.Float64) file.Read(entry.Name, new Span<double>(values, count));
            else file.Read(entry.Name, new Span<float>(values, count));
        }
    }

    private static void CheckExtra(SafetensorsFile file, Optimizer optimizer)
    {
        var known = optimizer.Parameters.SelectMany(p => Enumerable.Range(0, optimizer.Moments.Length).Select(i => MomentName(optimizer, i, p))).ToHashSet(StringComparer.Ordinal);
        SafetensorsEntry? extra = file.Entries.FirstOrDefault(e => !e.Name.StartsWith(ModelPrefix, StringComparison.Ordinal) && !known.Contains(e.Name));
        if (extra is not null) throw new CheckpointException($"'{extra.Name}' belongs neither to the model nor to its optimizer", file.Path, extra.Name);
    }

    private static void Write(IDictionary<string, string> metadata, Optimizer optimizer, TrainingState state)
    {
        void Put(string name, IFormattable value, string? format = null) => metadata[Key + name] = value.ToString(format, CultureInfo.InvariantCulture);

        metadata[Key + "optimizer"] = optimizer.Kind;
        Put("optimizer_steps", optimizer.Steps);
        Put("seed", state.Seed);
        Put("step", state.Step);
        Put("epoch", state.Position.Epoch);
        Put("batch", state.Position.Batch);
        Put("epoch_samples", state.EpochSamples);
        Put("epoch_loss", state.EpochLoss, "R");
        metadata[Key + "epoch_metrics"] = string.Join(' ', state.EpochMetrics.Select(m => m.ToString("R", CultureInfo.InvariantCulture)));
    }

    private static (TrainingState State, long Steps) Read(SafetensorsFile file, Optimizer optimizer)
    {
        string Text(string name) => file.Metadata.TryGetValue(Key + name, out string? text)
            ? text
            : throw new CheckpointException($"is no training checkpoint: its metadata has no '{Key}{name}'", file.Path);

        T Number<T>(string name)
            where T : IParsable<T> => T.TryParse(Text(name), CultureInfo.InvariantCulture, out T? value)
                ? value
                : throw new CheckpointException($"metadata '{Key}{name}' is no number: '{Text(name)}'", file.Path);

        if (Text("optimizer") != optimizer.Kind)
        {
            throw new CheckpointException($"was written with optimizer {Text("optimizer")}, this run has {optimizer.Kind}", file.Path);
        }

        var state = new TrainingState
        {
            Seed = Number<ulong>("seed"),
            Step = Number<long>("step"),
            Position = new DataPosition(Number<long>("epoch"), Number<long>("batch")),
            EpochSamples = Number<long>("epoch_samples"),
            EpochLoss = Number<double>("epoch_loss"),
            EpochMetrics = [.. Text("epoch_metrics").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(m => double.Parse(m, CultureInfo.InvariantCulture))],
        };
        return (state, Number<long>("optimizer_steps"));
    }
}
