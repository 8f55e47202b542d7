using SsmDsl.Programs;

namespace SsmDsl;

/// <summary>
/// A model on a device: the base of the generated classes. Any number of threads may run it at once; loading, an optimizer step,
/// writing a parameter and disposal need it alone and otherwise throw <see cref="InvalidOperationException"/>.
/// </summary>
public abstract class CompiledModel : IDisposable
{
    /// <summary>For generated classes. Parameters are zero until they are initialised or loaded.</summary>
    protected CompiledModel(ModelDefinition definition, Device device) => Engine = new ModelEngine(definition, device);

    /// <summary>What the model runs on.</summary>
    public Device Device => Engine.Device;

    /// <summary>All parameters, in the order of the text.</summary>
    public ParameterSet Parameters => Engine.Parameters;

    /// <summary>The model, untyped.</summary>
    protected ModelEngine Engine { get; }

    /// <summary>Buffers for the gradients of all parameters, zero at first.</summary>
    public Gradients NewGradients() => Engine.NewGradients();

    /// <summary>Writes all parameters as safetensors: beside the place, forced to the disk, renamed.</summary>
    /// <exception cref="CheckpointException">The file cannot be written.</exception>
    public void Save(string path) => Checkpoints.ParameterSaving.Save(Engine, writer => writer.Save(path));

    /// <summary>Writes all parameters as safetensors.</summary>
    public void Save(Stream stream) => Checkpoints.ParameterSaving.Save(Engine, writer => writer.Save(stream));

    /// <summary>Replaces the parameters by those of a checkpoint: all of them or, if anything is wrong, none.</summary>
    /// <param name="path">A safetensors file.</param>
    /// <param name="options">How names are matched; by default names and shapes must agree exactly.</param>
    /// <returns>What was loaded, missing and left over.</returns>
    /// <exception cref="CheckpointException">The file is missing, damaged, or does not fit.</exception>
    /// <exception cref="InvalidOperationException">The model is running.</exception>
    public CheckpointReport Load(string path, CheckpointLoadOptions? options = null)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        return Engine.Load(file, options);
    }

    /// <inheritdoc cref="Load(string, CheckpointLoadOptions?)"/>
    public CheckpointReport Load(Stream stream, CheckpointLoadOptions? options = null)
    {
        using SafetensorsFile file = SafetensorsFile.Open(stream);
        return Engine.Load(file, options);
    }

    /// <inheritdoc cref="Load(string, CheckpointLoadOptions?)"/>
    public CheckpointReport Load(ReadOnlySpan<byte> bytes, CheckpointLoadOptions? options = null)
    {
        using SafetensorsFile file = SafetensorsFile.Open(bytes);
        return Engine.Load(file, options);
    }

    /// <summary>For generated classes: a new model with the parameters of a checkpoint; if they do not fit, it is disposed.</summary>
    protected static TModel Loaded<TModel>(TModel model, SafetensorsFile file)
        where TModel : CompiledModel
    {
        ArgumentNullException.ThrowIfNull(model);
        try
        {
            model.Engine.Load(file);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Frees the parameters and all scratch memory.</summary>
    /// <exception cref="InvalidOperationException">The model is running.</exception>
    public void Dispose()
    {
        Engine.Dispose();
        GC.SuppressFinalize(this);
    }
}
