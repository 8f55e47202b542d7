namespace SsmDsl.Checkpoints;

/// <summary>Writes a file beside its place, forces it to the disk, and renames it: at any moment there is the old file or the new one, whole.</summary>
internal static class AtomicFile
{
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(path);
        string full = Path.GetFullPath(path);
        string beside = $"{full}.{Environment.ProcessId}.{Guid.NewGuid():N}.tmp";
        try
        {
            try
            {
                using (var file = new FileStream(beside, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16))
                {
                    write(file);
                    file.Flush(flushToDisk: true);
                }

                File.Move(beside, full, overwrite: true);
            }
            catch
            {
                File.Delete(beside);
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"cannot be written: {e.Message}", path, cause: e);
        }
    }
}
