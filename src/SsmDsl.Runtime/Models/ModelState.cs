using SsmDsl.Programs;

namespace SsmDsl;

/// <summary>
/// What a model carries from one chunk of its sequences to the next: the base of the generated <c>State</c> classes. A value in
/// managed memory: copy it, keep it, save it; nothing is to be disposed.
/// </summary>
public abstract class ModelState
{
    /// <summary>For generated classes.</summary>
    protected ModelState(StateData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        Data = data;
    }

    /// <summary>Number of sequences.</summary>
    public int Batch => Data.Batch;

    /// <summary>Number of positions before this state.</summary>
    public long Position => Data.Position;

    /// <summary>The values, untyped.</summary>
    public StateData Data { get; }

    /// <summary>Writes it as safetensors: beside the place, forced to the disk, renamed.</summary>
    /// <exception cref="CheckpointException">It cannot be written.</exception>
    public void Save(string path) => Data.Save(path);

    /// <summary>Writes it as safetensors.</summary>
    public void Save(Stream stream) => Data.Save(stream);
}
