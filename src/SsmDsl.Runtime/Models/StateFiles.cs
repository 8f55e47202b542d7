using System.Globalization;
using SsmDsl.Devices;
using SsmDsl.Programs;

namespace SsmDsl.Models;

/// <summary>Saves and loads the state of a model as safetensors; the position is in the metadata.</summary>
internal static class StateFiles
{
    private const string PositionKey = "ssmdsl.position";

    public static SafetensorsWriter Writer(StateData state)
    {
        var writer = new SafetensorsWriter();
        writer.Metadata[PositionKey] = state.Position.ToString(CultureInfo.InvariantCulture);
        Array[] tensors = state.Snapshot();
        for (int i = 0; i < state.Count; i++)
        {
            string name = state.Definition.States[i].Name;
            switch (tensors[i])
            {
                case float[] values: writer.Add<float>(name, state.Shape(i), values); break;
                case double[] values: writer.Add<double>(name, state.Shape(i), values); break;
                case int[] values: writer.Add<long>(name, state.Shape(i), Array.ConvertAll(values, v => (long)v)); break;
                case bool[] values: writer.Add<bool>(name, state.Shape(i), values); break;
            }
        }

        return writer;
    }

    public static StateData Load(ModelDefinition definition, SafetensorsFile file)
    {
        if (!file.Metadata.TryGetValue(PositionKey, out string? text)
            || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long position))
        {
            throw new CheckpointException("is no saved state: its metadata has no position", file.Path);
        }

        nint[][] shapes = [.. definition.States.Select(info => Shape(info, file))];
        nint batch = definition.States.Zip(shapes).Where(s => s.First.HasBatch).Select(s => s.Second[0]).FirstOrDefault(1);
        for (int i = 0; i < shapes.Length; i++)
        {
            if (definition.States[i].HasBatch && shapes[i][0] != batch)
            {
                throw new CheckpointException($"state '{definition.States[i].Name}' has {shapes[i][0]} sequences, others have {batch}", file.Path, definition.States[i].Name);
            }
        }

        if (file.Entries.FirstOrDefault(e => !definition.States.Any(s => s.Name == e.Name)) is { } extra)
        {
            throw new CheckpointException($"'{extra.Name}' is no state of model {definition.Name}", file.Path, extra.Name);
        }

        var state = new StateData(definition, shapes, (int)batch, DeviceMemory.Host) { Position = position };
        for (int i = 0; i < state.Count; i++)
        {
            string name = definition.States[i].Name;
            switch (state.Values[i])
            {
                case float[] values: file.Read(name, values.AsSpan()); break;
                case double[] values: file.Read(name, values.AsSpan()); break;
                case int[] values: file.Read(name, values.AsSpan()); break;
                case bool[] values: file.Read(name, values.AsSpan()); break;
            }
        }

        return state;
    }

    private static nint[] Shape(TensorInfo info, SafetensorsFile file)
    {
        nint[] shape = [.. file[info.Name].Shape];
        int axis = info.HasBatch ? 1 : 0;
        bool good = shape.Length == TensorShapes.Rank(info) && (info.Kind != ValueKind.Complex || shape[^1] == 2) && (!info.HasBatch || shape[0] > 0);
        foreach (AxisInfo expected in info.Axes)
        {
            good = good && (expected.Dimension >= 0 || expected.Formula is not null || shape[axis] == expected.Offset);
            axis++;
        }

        return good
            ? shape
            : throw new CheckpointException($"state '{info.Name}' has shape [{TensorShapes.Text(shape)}], the model expects {TensorShapes.Text(info)}", file.Path, info.Name) { Found = shape };
    }
}
