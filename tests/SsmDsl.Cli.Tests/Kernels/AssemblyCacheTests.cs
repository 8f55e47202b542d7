using SsmDsl.Cli.Kernels;

namespace SsmDsl.Cli.Tests.Kernels;

public class AssemblyCacheTests
{
    private static readonly byte[] Image = [1, 2, 3, 4];

    [Fact]
    public void An_entry_is_made_once()
    {
        using var folder = new Folder();
        var cache = new AssemblyCache(folder["cache/ssm"]);
        Assert.Equal(Image, cache.Get("a", () => Image));
        Assert.Equal(Image, cache.Get("a", () => throw new InvalidOperationException("made again")));
        Assert.Equal([9], cache.Get("b", () => [9]));
    }

    [Fact]
    public void The_folder_is_closed_to_others()
    {
        if (OperatingSystem.IsWindows()) return;
        using var folder = new Folder();
        Directory.CreateDirectory(folder["open"], (UnixFileMode)0b111_111_111);
        foreach (string path in new[] { folder["new"], folder["open"] })
        {
            new AssemblyCache(path).Get("a", () => Image);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(path));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(35)]
    public void A_damaged_entry_is_replaced(int length)
    {
        using var folder = new Folder();
        var cache = new AssemblyCache(folder.Path);
        cache.Get("a", () => Image);
        string entry = Assert.Single(Directory.GetFiles(folder.Path));
        byte[] bytes = File.ReadAllBytes(entry);
        File.WriteAllBytes(entry, bytes[..length]);
        Assert.Equal(Image, cache.Get("a", () => Image));
        bytes[^1] ^= 1;
        File.WriteAllBytes(entry, bytes);
        Assert.Equal(Image, cache.Get("a", () => Image));
        Assert.Equal(Image, cache.Get("a", () => throw new InvalidOperationException("made again")));
    }

    [Fact]
    public void What_was_not_used_for_longest_goes_first()
    {
        using var folder = new Folder();
        var cache = new AssemblyCache(folder.Path, limit: 2 * 132);
        foreach ((string key, int age) in new[] { ("a", 3), ("b", 2) })
        {
            cache.Get(key, () => new byte[100]);
            File.SetLastWriteTimeUtc(folder[key + ".kernels"], DateTime.UtcNow.AddHours(-age));
        }

        cache.Get("a", () => throw new InvalidOperationException("made again"));
        cache.Get("c", () => new byte[100]);
        Assert.Equal(["a.kernels", "c.kernels"], Directory.GetFiles(folder.Path).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Without_a_usable_folder_nothing_is_kept_and_nothing_fails()
    {
        using var folder = new Folder();
        string file = folder.Add("file", "");
        foreach (string? path in new[] { null, Path.Combine(file, "ssm") })
        {
            Assert.Equal(Image, new AssemblyCache(path).Get("a", () => Image));
        }
    }
}
