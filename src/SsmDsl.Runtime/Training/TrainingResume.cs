using System.Globalization;

namespace SsmDsl.Training;

/// <summary>Checks that a training checkpoint belongs to a run with these settings.</summary>
internal static class TrainingResume
{
    public static void Check(SafetensorsFile file, ulong seed, int metrics, long batchesPerEpoch)
    {
        if (Number(file, "seed") is { } saved && saved != seed) throw new CheckpointException($"was written by a run with seed {saved}, this run has {seed}", file.Path);
        if (Number(file, "batch") is { } batch && batch >= (ulong)batchesPerEpoch)
        {
            throw new CheckpointException($"stands before batch {batch} of an epoch, this run has {batchesPerEpoch} batches in an epoch", file.Path);
        }

        if (file.Metadata.TryGetValue("ssmdsl.training.epoch_metrics", out string? text)
            && text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length is var found && found != metrics)
        {
            throw new CheckpointException($"has {found} metrics, the model has {metrics}", file.Path);
        }
    }

    private static ulong? Number(SafetensorsFile file, string name) =>
        file.Metadata.TryGetValue("ssmdsl.training." + name, out string? text) && ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) ? value : null;
}
