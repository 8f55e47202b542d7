namespace SsmDsl;

/// <summary>A checkpoint or other tensor file that cannot be used: missing, damaged, foreign, or made for another model.</summary>
public sealed class CheckpointException : SsmException
{
    /// <param name="message">What was found and what was expected.</param>
    /// <param name="file">The file, or null for a stream or bytes.</param>
    /// <param name="tensor">The tensor concerned, or null.</param>
    /// <param name="cause">The exception behind it, if any.</param>
    public CheckpointException(string message, string? file = null, string? tensor = null, Exception? cause = null)
        : base(file is null ? message : $"{file}: {message}", cause)
    {
        File = file;
        Tensor = tensor;
    }

    /// <summary>The file, or null for a stream or bytes.</summary>
    public string? File { get; }

    /// <summary>The first tensor concerned, or null.</summary>
    public string? Tensor { get; }

    /// <summary>The shape that the model has for <see cref="Tensor"/>, where shapes differ.</summary>
    public IReadOnlyList<nint>? Expected { get; init; }

    /// <summary>The shape that the file has for <see cref="Tensor"/>, where shapes differ.</summary>
    public IReadOnlyList<nint>? Found { get; init; }
}
