namespace SsmDsl;

/// <summary>How the tensors of a file are matched with the parameters of a model. By default names and shapes must agree exactly.</summary>
public sealed record CheckpointLoadOptions
{
    /// <summary>Only tensors whose names begin with this are looked at; it is cut off. Others belong to something else.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Gives the model's name for a name in the file (after <see cref="Prefix"/> was cut off); null leaves the tensor out.</summary>
    public Func<string, string?>? Rename { get; init; }

    /// <summary>Parameters that the file has not keep their values.</summary>
    public bool AllowMissing { get; init; }

    /// <summary>Tensors that the model has not are ignored.</summary>
    public bool AllowExtra { get; init; }
}

/// <summary>What a checkpoint gave.</summary>
/// <param name="Loaded">Parameters that were replaced, in the order of the text.</param>
/// <param name="Missing">Parameters that the file has not.</param>
/// <param name="LeftOver">Tensors of the file that the model has not, by their names in the file.</param>
public sealed record CheckpointReport(IReadOnlyList<string> Loaded, IReadOnlyList<string> Missing, IReadOnlyList<string> LeftOver);
