using System.Buffers.Binary;
using SequentialMnist;

namespace SsmDsl.Api.Tests;

/// <summary>What the example on MNIST says of a folder with its files: those of the data set, damaged ones, and others.</summary>
public sealed class DigitFilesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ssmdsl-digits-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("train")]
    [InlineData("mnist-train")]
    public void Reads_the_files_by_their_published_names_too(string name)
    {
        Write(name, [2, 1, 2], [0, 51, 102, 255], [2], [7, 3]);
        Digits digits = Digits.Load(folder, 1, "train", "mnist-train");
        Assert.Equal((2, 2, 7, 3), (digits.Count, digits.Pixels, digits.Label(0), digits.Label(1)));
        Assert.Equal([0.4f, 1], digits.Image(1).ToArray());
    }

    [Fact]
    public void Names_the_file_and_what_is_wrong_with_it()
    {
        Bad("train-images-idx3-ubyte.gz: there is no such file, and no mnist-train-images-idx3-ubyte.gz");
        Write("train", [2], [1, 2], [2], [7, 3]);
        Bad("train-images-idx3-ubyte: has the shape [2]; expected [digits, rows, columns]");
        Write("train", [2, 1, 1], [1, 2], [1, 2], [7, 3]);
        Bad("train-labels-idx1-ubyte: has the shape [1, 2]; expected [digits]");
        Write("train", [2, 1, 1], [1, 2], [1], [7]);
        Bad("train-labels-idx1-ubyte: has 1 labels, but train-images-idx3-ubyte has 2 images");
        Write("train", [1, 1, 1], [1], [1], [7]);
        Bad("train-images-idx3-ubyte: has 1 images; at least 2 are needed");
        Write("train", [2, 0, 1], [], [2], [7, 3]);
        Bad("train-images-idx3-ubyte: has images without pixels");
        Write("train", [2, 1, 1], [1, 2], [2], [7, 10]);
        Bad("train-labels-idx1-ubyte: label 1 is 10; expected a digit, 0 to 9");
    }

    [Fact]
    public void Says_that_the_images_of_the_two_sets_differ()
    {
        Write("train", [2, 1, 2], [0, 51, 102, 255], [2], [7, 3]);
        Write("t10k", [1, 1, 3], [0, 51, 102], [1], [7]);
        var e = Assert.Throws<DataFileException>(() => Digits.Load(folder, ["train"], 2, ["t10k"]));
        Assert.EndsWith("the digits to learn from have 2 pixels, those to test on 3", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shows_images_of_fewer_than_four_pixels()
    {
        Write("train", [2, 1, 2], [0, 51, 102, 255], [2], [7, 3]);
        using Device device = Device.Cpu();
        using var model = SequentialDigits.Create(device, 1);
        using var output = new StringWriter();
        Reading.Show(model, Digits.Load(folder, 2, "train"), 5, output);
        Assert.Matches(@"  a 7:  1 pixels \d  2 pixels \d\r?\n  a 3:  1 pixels \d  2 pixels \d\r?\n$", output.ToString());
    }

    [Fact]
    public void Goes_on_from_curves_whose_last_line_was_cut_off()
    {
        string file = Path.Combine(folder, "curves.csv");
        File.WriteAllText(file, "step,loss,accuracy\n1,0.5,\n2,0.25,0.75\n3,0.125,\n4,0.0");
        var curves = new Curves(file);
        curves.Read(last: 2);
        curves.Add(3, 0.2, null);
        Assert.Equal([new CurvePoint(1, 0.5, null), new(2, 0.25, 0.75), new(3, 0.2, null)], curves.Points);
        Assert.Equal(["step,loss,accuracy", "1,0.5,", "2,0.25,0.75", "3,0.2,"], File.ReadAllLines(file));
    }

    private void Bad(string message)
    {
        var e = Assert.Throws<DataFileException>(() => Digits.Load(folder, 2, "train", "mnist-train"));
        Assert.EndsWith(message, e.Message, StringComparison.Ordinal);
    }

    private void Write(string name, int[] imageShape, byte[] images, int[] labelShape, byte[] labels)
    {
        File.WriteAllBytes(Path.Combine(folder, name + "-images-idx3-ubyte"), Idx(imageShape, images));
        File.WriteAllBytes(Path.Combine(folder, name + "-labels-idx1-ubyte"), Idx(labelShape, labels));
    }

    private static byte[] Idx(int[] shape, byte[] values)
    {
        byte[] header = [0, 0, 8, (byte)shape.Length, .. new byte[4 * shape.Length]];
        for (int axis = 0; axis < shape.Length; axis++) BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + 4 * axis), shape[axis]);
        return [.. header, .. values];
    }
}
