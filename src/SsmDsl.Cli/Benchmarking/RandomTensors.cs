using System.Globalization;
using SsmDsl.Programs;

namespace SsmDsl.Cli.Benchmarking;

/// <summary>Random values for inputs and targets: reals in [-1, 1], ints that are positions of what they index.</summary>
internal sealed class RandomTensors(ModelDefinition definition)
{
    private readonly Random random = new(1);

    /// <summary>Checks of all programs there are: an int tensor may index several tensors.</summary>
    private readonly CheckInfo[] checks =
    [
        .. new[] { definition.Forward, definition.Evaluate, definition.Backward, definition.VectorJacobian }.OfType<KernelProgram>().SelectMany(p => p.Checks.ToArray()),
    ];

    public NativeTensor Fill(NativeTensor tensor, TensorInfo info)
    {
        switch (tensor.Element)
        {
            case ElementKind.Float32:
                foreach (ref float value in tensor.Of<float>()) value = random.NextSingle() * 2 - 1;
                break;
            case ElementKind.Float64:
                foreach (ref double value in tensor.Of<double>()) value = random.NextDouble() * 2 - 1;
                break;
            case ElementKind.Bool:
                foreach (ref byte value in tensor.Of<byte>()) value = (byte)random.Next(2);
                break;
            default:
                int end = End(info.Name);
                foreach (ref int value in tensor.Of<int>()) value = random.Next(end);
                break;
        }

        return tensor;
    }

    /// <summary>The smallest number of entries that the tensor indexes; where none is known, 2.</summary>
    private int End(string name)
    {
        IEnumerable<int> sizes = checks.Where(c => c.Index == name).Select(c => int.TryParse(c.Size, CultureInfo.InvariantCulture, out int size) ? size : 1);
        return Math.Max(1, sizes.DefaultIfEmpty(2).Min());
    }
}
