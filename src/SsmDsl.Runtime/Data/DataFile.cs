using System.IO.Compression;

namespace SsmDsl;

/// <summary>Opening of data files; files that start with the gzip magic are unpacked on the way.</summary>
internal static class DataFile
{
    public static byte[] ReadAll(string path)
    {
        try
        {
            byte[] bytes = File.ReadAllBytes(path);
            if (bytes is not [0x1F, 0x8B, ..]) return bytes;
            using var packed = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
            using var unpacked = new MemoryStream();
            packed.CopyTo(unpacked);
            return unpacked.ToArray();
        }
        catch (InvalidDataException e)
        {
            throw new DataFileException(path, "the gzip data is damaged or cut off", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(path, e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : e.Message, e);
        }
    }
}
