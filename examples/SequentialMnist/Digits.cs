using SsmDsl;

namespace SequentialMnist;

/// <summary>Images of digits as sequences of pixels in 0 … 1, with their labels.</summary>
internal sealed class Digits(HostArray<float> images, HostArray<int> labels)
{
    public int Count => labels.Count;

    public int Pixels => images.RowLength;

    public ReadOnlySpan<float> Image(int index) => images.Row(index);

    public int Label(int index) => labels.Values[index];

    /// <summary>Reads the digits to learn from and those to test on.</summary>
    /// <param name="folder">Where the files are.</param>
    /// <param name="train">Possible starts of the names of the files to learn from.</param>
    /// <param name="least">How many digits to learn from are needed.</param>
    /// <param name="test">Possible starts of the names of the files to test on.</param>
    /// <exception cref="DataFileException">A file is missing or damaged, or the images of the two sets differ in size.</exception>
    public static (Digits Train, Digits Test) Load(string folder, string[] train, int least, string[] test)
    {
        (Digits learn, Digits check) = (Load(folder, least, train), Load(folder, 1, test));
        return learn.Pixels == check.Pixels ? (learn, check)
            : throw new DataFileException(folder, $"the digits to learn from have {learn.Pixels} pixels, those to test on {check.Pixels}");
    }

    /// <summary>Reads the pair of IDX files of one set.</summary>
    /// <param name="folder">Where the files are.</param>
    /// <param name="least">How many digits are needed.</param>
    /// <param name="names">Possible starts of their names: <c>mnist-train</c>, and <c>train</c> as they are published.</param>
    /// <exception cref="DataFileException">A file is missing, damaged, or holds no digits.</exception>
    public static Digits Load(string folder, int least, params string[] names)
    {
        string imageFile = Find(folder, names, "-images-idx3-ubyte"), labelFile = Find(folder, names, "-labels-idx1-ubyte");
        HostArray<byte> images = Read<byte>(imageFile, "[digits, rows, columns]", rank: 3);
        HostArray<int> labels = Read<int>(labelFile, "[digits]", rank: 1);
        if (images.Count != labels.Count) throw new DataFileException(labelFile, $"has {labels.Count} labels, but {Path.GetFileName(imageFile)} has {images.Count} images");
        if (images.Count < least) throw new DataFileException(imageFile, $"has {images.Count} images; at least {least} are needed");
        if (images.RowLength == 0) throw new DataFileException(imageFile, "has images without pixels");
        if (Array.FindIndex(labels.Values, label => label is < 0 or > 9) is >= 0 and int wrong)
            throw new DataFileException(labelFile, $"label {wrong} is {labels.Values[wrong]}; expected a digit, 0 to 9");
        return new Digits(images.Select(pixel => pixel / 255f), labels);
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

    private static HostArray<T> Read<T>(string file, string shape, int rank)
        where T : unmanaged, System.Numerics.INumberBase<T>
    {
        HostArray<T> read = IdxFile.Read<T>(file);
        return read.Shape.Count == rank ? read : throw new DataFileException(file, $"has the shape [{string.Join(", ", read.Shape)}]; expected {shape}");
    }

    private static string Find(string folder, string[] names, string rest) =>
        names.SelectMany(name => new[] { $"{name}{rest}.gz", name + rest }).Select(file => Path.Combine(folder, file)).FirstOrDefault(File.Exists)
        ?? throw new DataFileException(Path.Combine(folder, names[0] + rest + ".gz"), $"there is no such file{string.Concat(names.Skip(1).Select(name => $", and no {name}{rest}.gz"))}");
}
