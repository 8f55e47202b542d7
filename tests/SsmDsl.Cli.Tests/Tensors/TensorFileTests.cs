using System.Text;
using SsmDsl.Cli.Tensors;

namespace SsmDsl.Cli.Tests.Tensors;

public class TensorFileTests
{
    [Fact]
    public void What_is_written_is_read()
    {
        using var folder = new Folder();
        var tensors = new Dictionary<string, HostTensor>
        {
            ["x"] = new([2, 3], [1, 2, 3, 4, 5, -6.5], Storage.F32),
            ["λ.0"] = new([], [Math.PI], Storage.F64),
            ["i"] = new([2], [int.MinValue, int.MaxValue], Storage.I64),
            ["b"] = new([3], [1, 0, 1], Storage.Bool),
            ["none"] = new([0, 4], [], Storage.F64),
        };
        TensorFile.Write(folder["t"], tensors);
        Dictionary<string, HostTensor> read = TensorFile.Read(folder["t"]);
        Assert.Equal(tensors.Keys, read.Keys);
        foreach ((string name, HostTensor tensor) in tensors)
        {
            Assert.Equal(tensor.Shape, read[name].Shape);
            Assert.Equal(tensor.Values, read[name].Values);
            Assert.Equal(tensor.Storage, read[name].Storage);
        }

        Assert.Equal(["t"], Directory.GetFiles(folder.Path).Select(f => Path.GetFileName(f)));
    }

    [Theory]
    [InlineData("", "shorter")]
    [InlineData("PK\u0003\u0004 a zip file", "longer than the file")]
    [InlineData("{}{}{}{}", "longer than the file")]
    public void Foreign_files_are_refused(string text, string problem)
    {
        using var folder = new Folder();
        Assert.Contains(problem, Refusal(folder.Add("t", text)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[1]""", "")]
    [InlineData("""{"x": 3}""", "")]
    [InlineData("""{"x": {"dtype": "F32", "shape": [2]}}""", "")]
    [InlineData("""{"x": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}""", "outside of the file")]
    [InlineData("""{"x": {"dtype": "F32", "shape": [1], "data_offsets": [0, 3]}}""", "'x' of shape [1] and type F32 has 3 bytes")]
    [InlineData("""{"x": {"dtype": "F16", "shape": [1], "data_offsets": [0, 2]}}""", "F16")]
    [InlineData("""{"x": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}}""", "negative")]
    [InlineData("""{"x": {"dtype": "F32", "shape": [9223372036854775807, 4], "data_offsets": [0, 4]}}""", "")]
    [InlineData("""{"x": {"dtype": "F32", "shape": ["a"], "data_offsets": [0, 4]}}""", "")]
    [InlineData("""{"x": {"dtype": "F32", "shape": [1], "data_offsets": [4, 0]}}""", "outside of the file")]
    public void Damaged_headers_are_refused(string header, string problem)
    {
        using var folder = new Folder();
        byte[] text = Encoding.UTF8.GetBytes(header);
        File.WriteAllBytes(folder["t"], [.. BitConverter.GetBytes((ulong)text.Length), .. text, 0, 0, 0, 0]);
        Assert.Contains(problem, Refusal(folder["t"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_cut_off_file_is_refused()
    {
        using var folder = new Folder();
        TensorFile.Write(folder["t"], new Dictionary<string, HostTensor> { ["x"] = new([2], [1, 2], Storage.F64) });
        byte[] whole = File.ReadAllBytes(folder["t"]);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(folder["t"], whole[..length]);
            Refusal(folder["t"]);
        }
    }

    private static string Refusal(string path)
    {
        string message = Assert.Throws<RunException>(() => TensorFile.Read(path)).Message;
        Assert.StartsWith($"{path} ", message, StringComparison.Ordinal);
        return message;
    }
}
