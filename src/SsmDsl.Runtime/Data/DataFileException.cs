namespace SsmDsl;

/// <summary>A data file that cannot be read: what was found, and what was expected.</summary>
public sealed class DataFileException : Exception
{
    /// <param name="path">The file.</param>
    /// <param name="problem">What is wrong with it.</param>
    /// <param name="cause">The exception behind it, if any.</param>
    public DataFileException(string path, string problem, Exception? cause = null)
        : base($"{path}: {problem}", cause) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }
}
