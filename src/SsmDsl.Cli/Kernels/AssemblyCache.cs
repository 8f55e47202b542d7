using System.Security.Cryptography;

namespace SsmDsl.Cli.Kernels;

/// <summary>
/// Compiled kernels in the user's cache folder, which is closed to others. An entry is the SHA-256 of an assembly and the
/// assembly. It only saves time: an entry that is damaged is none, and a folder that cannot be used is as good as an empty one.
/// </summary>
/// <param name="folder">Where entries are, or null for no cache.</param>
/// <param name="limit">Bytes; beyond that, entries that were not used for longest are deleted.</param>
internal sealed class AssemblyCache(string? folder, long limit = AssemblyCache.DefaultLimit)
{
    private const long DefaultLimit = 256L << 20;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const string Ending = ".kernels";

    /// <summary><c>$XDG_CACHE_HOME/ssm</c>, <c>~/.cache/ssm</c>, or the local application data on Windows.</summary>
    public static AssemblyCache OfUser() => new(UserFolder());

    /// <summary>The assembly of this key: from the cache, or made and kept for the next time.</summary>
    public byte[] Get(string key, Func<byte[]> make)
    {
        if (folder is null) return make();
        string path = Path.Combine(folder, key + Ending);
        if (Read(path) is { } known) return known;
        byte[] assembly = make();
        Write(path, assembly);
        return assembly;
    }

    private static byte[]? Read(string path)
    {
        try
        {
            byte[] entry = File.ReadAllBytes(path);
            if (entry.Length <= SHA256.HashSizeInBytes) return null;
            byte[] assembly = entry[SHA256.HashSizeInBytes..];
            if (!SHA256.HashData(assembly).AsSpan().SequenceEqual(entry.AsSpan(0, SHA256.HashSizeInBytes))) return null;
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
            return assembly;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private void Write(string path, byte[] assembly)
    {
        try
        {
            Close(folder!);
            OutputFile.Write(path, stream =>
            {
                stream.Write(SHA256.HashData(assembly));
                stream.Write(assembly);
            });
            Trim(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next run compiles again.
        }
    }

    /// <summary>Makes the folder, and sees to it that nobody else can read it or put something into it.</summary>
    private static void Close(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        Directory.CreateDirectory(folder, OwnerOnly);
        if (File.GetUnixFileMode(folder) != OwnerOnly) File.SetUnixFileMode(folder, OwnerOnly);
    }

    private void Trim(string newest)
    {
        long total = 0;
        foreach (FileInfo entry in new DirectoryInfo(folder!).EnumerateFiles($"*{Ending}").OrderByDescending(f => f.LastWriteTimeUtc))
        {
            total += entry.Length;
            if (total > limit && entry.FullName != Path.GetFullPath(newest)) entry.Delete();
        }
    }

    private static string? UserFolder()
    {
        if (OperatingSystem.IsWindows()) return Within(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData));
        string? shared = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (Path.IsPathFullyQualified(shared ?? "")) return Within(shared!);
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return home.Length == 0 ? null : Within(Path.Combine(home, ".cache"));
    }

    private static string? Within(string parent) => parent.Length == 0 ? null : Path.Combine(parent, "ssm");
}
