using SsmDsl.Models;
using SsmDsl.Programs;

namespace SsmDsl.Checkpoints;

/// <summary>Writes the parameters of a model; nobody changes them meanwhile.</summary>
internal static class ParameterSaving
{
    public static void Save(ModelEngine engine, Action<SafetensorsWriter> save)
    {
        using var lease = new RunLease(engine.Gate);
        var writer = new SafetensorsWriter();
        engine.Save(writer);
        save(writer);
    }
}
