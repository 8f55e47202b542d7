using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace SsmDsl.Api.Tests;

/// <summary>
/// A small checkpoint in the layout of state-spaces/mamba-130m-hf, written byte by byte: the names, shapes and order of its tensors
/// with other sizes, F32, metadata, and no lm_head.weight, which is tied.
/// </summary>
internal static class PublishedLayout
{
    public const int V = 23, D = 20, Depth = 3, E = 2 * D, N = 16, K = 4, R = 2;

    /// <summary>Names and shapes.</summary>
    public static IEnumerable<(string Name, int[] Shape)> Tensors()
    {
        yield return ("backbone.embeddings.weight", [V, D]);
        for (int i = 0; i < Depth; i++)
        {
            string layer = $"backbone.layers.{i}.";
            yield return (layer + "mixer.A_log", [E, N]);
            yield return (layer + "mixer.D", [E]);
            yield return (layer + "mixer.conv1d.bias", [E]);
            yield return (layer + "mixer.conv1d.weight", [E, 1, K]);
            yield return (layer + "mixer.dt_proj.bias", [E]);
            yield return (layer + "mixer.dt_proj.weight", [E, R]);
            yield return (layer + "mixer.in_proj.weight", [2 * E, D]);
            yield return (layer + "mixer.out_proj.weight", [D, E]);
            yield return (layer + "mixer.x_proj.weight", [R + 2 * N, E]);
            yield return (layer + "norm.weight", [D]);
        }

        yield return ("backbone.norm_f.weight", [D]);
    }

    /// <summary>Values that make every part of the model matter.</summary>
    public static float[] Values(string name, int[] shape)
    {
        var random = new Random(name.Aggregate(17, (hash, c) => unchecked(hash * 31 + c)));
        (double middle, double spread) = name.Split('.')[^2..] switch
        {
            [_, "A_log"] => (1, 1),
            [_, "D"] or ["norm" or "norm_f", _] => (1, 0.5),
            ["dt_proj", "bias"] => (-2, 2),
            [_, "bias"] => (0, 0.3),
            ["embeddings", _] => (0, 1),
            _ => (0, 1.5 / Math.Sqrt(shape[^1])),
        };
        return [.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(_ => (float)(middle + spread * (2 * random.NextDouble() - 1)))];
    }

    public static byte[] File(IEnumerable<(string Name, int[] Shape)> tensors)
    {
        var header = new Dictionary<string, object> { ["__metadata__"] = new { format = "pt" } };
        var data = new List<byte>();
        foreach ((string name, int[] shape) in tensors)
        {
            int start = data.Count;
            foreach (float value in Values(name, shape))
            {
                byte[] four = new byte[4];
                BinaryPrimitives.WriteSingleLittleEndian(four, value);
                data.AddRange(four);
            }

            header[name] = new { dtype = "F32", shape, data_offsets = new[] { start, data.Count } };
        }

        byte[] json = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(header));
        var length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)json.Length);
        return [.. length, .. json, .. data];
    }
}
