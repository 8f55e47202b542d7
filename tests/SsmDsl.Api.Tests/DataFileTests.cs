using System.Text;

namespace SsmDsl.Api.Tests;

/// <summary>Readers of data files.</summary>
public sealed class DataFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ssmdsl-data-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Idx()
    {
        HostArray<int> read = IdxFile.Read<int>(Write([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 255]));
        Assert.Equal([2, 3], read.Shape);
        Assert.Equal([1, 2, 3, 4, 5, 255], read.Values);
        Assert.Equal([4, 5, 255], read.Row(1).ToArray());
        Bad(() => IdxFile.Read<int>(Write([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1])), "needs 6 bytes of data, found 1");
        Bad(() => IdxFile.Read<int>(Write([1, 0, 8, 2])), "no IDX file");
        Bad(() => IdxFile.Read<int>(Path.Combine(folder, "none")), "there is no such file");
    }

    [Fact]
    public void Csv()
    {
        HostArray<float> read = CsvFile.Read<float>(Write("time,value\n0,1.5\n1,-2e3\n"u8));
        Assert.Equal([2, 2], read.Shape);
        Assert.Equal([0, 1.5f, 1, -2000], read.Values);
        Bad(() => CsvFile.Read<float>(Write("1,2\n3,x\n"u8)), "line 2, column 2: 'x' is no number");
        Bad(() => CsvFile.Read<float>(Write("1,2\n3\n"u8)), "line 2 has 1 cells, expected 2");
    }

    [Fact]
    public void Npy()
    {
        byte[] Array(string header, params byte[] data)
        {
            string padded = header.PadRight(117) + "\n";
            return [0x93, .. "NUMPY"u8, 1, 0, (byte)padded.Length, 0, .. Encoding.ASCII.GetBytes(padded), .. data];
        }

        HostArray<float> read = NpyFile.Read<float>(Write(Array("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }", [.. BitConverter.GetBytes(1.5f), .. BitConverter.GetBytes(-2f)])));
        Assert.Equal([2, 1], read.Shape);
        Assert.Equal([1.5f, -2], read.Values);
        Bad(() => NpyFile.Read<float>(Write(Array("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", 0, 0, 0))), "bytes of data");
        Bad(() => NpyFile.Read<float>(Write(Array("{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }", 0, 0, 0, 0))), "");
        Bad(() => NpyFile.Read<float>(Write("not numpy at all"u8)), "");
    }

    [Fact]
    public void Safetensors()
    {
        string path = Path.Combine(folder, "data.safetensors");
        var writer = new SafetensorsWriter();
        writer.Add<float>("x", [2, 2], new float[] { 1, 2, 3, 4 });
        writer.Add<long>("label", [2], new long[] { 7, 1L << 40 });
        writer.Save(path);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        Assert.Equal([1, 2, 3, 4], file.Read<float>("x"));
        Assert.Equal([7, 1L << 40], file.Read<long>("label"));
        Assert.Contains("does not fit", Assert.Throws<CheckpointException>(() => file.Read<int>("label")).Message, StringComparison.Ordinal);
        Assert.Throws<CheckpointException>(() => file.Read<float>("y"));
    }

    private static void Bad(Action read, string expected) => Assert.Contains(expected, Assert.Throws<DataFileException>(read).Message, StringComparison.Ordinal);

    private string Write(ReadOnlySpan<byte> bytes)
    {
        string path = Path.Combine(folder, Guid.NewGuid().ToString("N"));
        File.WriteAllBytes(path, bytes.ToArray());
        return path;
    }
}
