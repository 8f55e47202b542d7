using SsmDsl;

namespace SequentialMnist;

/// <summary>Images of digits as sequences of pixels in 0 … 1, with their labels.</summary>
internal sealed class Digits(HostArray<float> images, HostArray<int> labels)
{
    public int Count => labels.Count;

    public int Pixels => images.RowLength;

    public ReadOnlySpan<float> Image(int index) => images.Row(index);

    public int Label(int index) => labels.Values[index];

    /// <summary>Reads the pair of IDX files of one set.</summary>
    /// <param name="folder">Where the files are.</param>
    /// <param name="name">Start of their names: <c>mnist-train</c>, <c>mnist-small-test</c>.</param>
    public static Digits Load(string folder, string name)
    {
        HostArray<float> images = IdxFile.Read<byte>(Find(folder, name + "-images-idx3-ubyte")).Select(pixel => pixel / 255f);
        HostArray<int> labels = IdxFile.Read<int>(Find(folder, name + "-labels-idx1-ubyte"));
        return images.Count == labels.Count
            ? new Digits(images, labels)
            : throw new DataFileException(folder, $"{name} has {images.Count} images but {labels.Count} labels");
    }

    /// <summary>The samples as one batch.</summary>
    public SequentialDigits.Batch Batch(ReadOnlySpan<int> samples)
    {
        var pixels = new float[samples.Length * Pixels];
        var chosen = new int[samples.Length];
        for (int i = 0; i < samples.Length; i++)
        {
            images.Row(samples[i]).CopyTo(pixels.AsSpan(i * Pixels));
            chosen[i] = Label(samples[i]);
        }

        return new SequentialDigits.Batch
        {
            Pixels = System.Numerics.Tensors.Tensor.Create(pixels, [samples.Length, Pixels, 1]),
            Label = System.Numerics.Tensors.Tensor.Create(chosen, [samples.Length]),
        };
    }

    public DataSource<SequentialDigits.Batch> AsSource() => new(Count, samples => Batch(samples.Span));

    private static string Find(string folder, string name) =>
        new[] { name + ".gz", name }.Select(file => Path.Combine(folder, file)).FirstOrDefault(File.Exists)
        ?? throw new DataFileException(Path.Combine(folder, name + ".gz"), "there is no such file");
}
