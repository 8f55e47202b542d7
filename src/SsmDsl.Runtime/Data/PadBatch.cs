using System.Numerics.Tensors;

namespace SsmDsl;

/// <summary>
/// Makes one batch of sequences of unequal length: values padded at the end, and a mask that is true where a sequence has a
/// value. In a model, <c>h[t, n] = if keep[t] then … else h[t-1, n]</c> and <c>mean[t | keep[t]] …</c> skip the padding.
/// </summary>
public static class PadBatch
{
    /// <summary>Pads sequences of rows.</summary>
    /// <param name="sequences">Each of shape [length, <paramref name="features"/>], flat.</param>
    /// <param name="features">Values per position; 0 for a sequence of scalars, whose result has no last axis.</param>
    /// <param name="padding">What stands behind the end of a sequence.</param>
    /// <returns>Values [batch, longest, features] and mask [batch, longest].</returns>
    public static (Tensor<T> Values, Tensor<bool> Keep) Of<T>(IReadOnlyList<T[]> sequences, int features = 0, T padding = default)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(sequences);
        ArgumentOutOfRangeException.ThrowIfNegative(features);
        if (sequences.Count == 0) throw new ArgumentException("a batch needs at least one sequence", nameof(sequences));
        int width = Math.Max(features, 1);
        if (sequences.FirstOrDefault(s => s.Length % width != 0) is { } odd)
        {
            throw new ArgumentException($"a sequence has {odd.Length} values, which is no multiple of {features} features", nameof(sequences));
        }

        int longest = sequences.Max(s => s.Length) / width;
        var values = new T[sequences.Count * longest * width];
        var keep = new bool[sequences.Count * longest];
        values.AsSpan().Fill(padding);
        for (int i = 0; i < sequences.Count; i++)
        {
            sequences[i].CopyTo(values.AsSpan(i * longest * width));
            keep.AsSpan(i * longest, sequences[i].Length / width).Fill(true);
        }

        nint[] shape = features == 0 ? [sequences.Count, longest] : [sequences.Count, longest, features];
        return (Tensor.Create(values, shape), Tensor.Create(keep, [sequences.Count, longest]));
    }
}
