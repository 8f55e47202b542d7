using System.Collections.Concurrent;
using System.Text;

namespace SsmDsl.Cli;

/// <summary>Files are written beside their place and renamed: nobody sees half of one, and a failure leaves the old one.</summary>
internal static class OutputFile
{
    private static readonly ConcurrentDictionary<string, bool> Unfinished = new();

    public static void Write(string path, string text) => Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true);
        writer.Write(text);
    });

    public static void Write(string path, Action<Stream> write)
    {
        string beside = $"{path}.{Path.GetRandomFileName()}.tmp";
        Unfinished[beside] = true;
        try
        {
            using (FileStream stream = new(beside, FileMode.CreateNew, FileAccess.Write))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
        finally
        {
            Unfinished.TryRemove(beside, out _);
        }
    }

    /// <summary>Deletes what is being written, when the process ends in the middle of it.</summary>
    public static void Abandon()
    {
        foreach (string beside in Unfinished.Keys) File.Delete(beside);
    }
}
