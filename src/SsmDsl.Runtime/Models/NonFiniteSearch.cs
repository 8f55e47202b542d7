using SsmDsl.Devices;
using SsmDsl.Memory;
using SsmDsl.Programs;

namespace SsmDsl.Models;

/// <summary>
/// Finds where a loss became NaN or infinite: looks through inputs, states and parameters, then runs the program again with
/// memory of its own for every intermediate tensor, and looks through these in the order in which they are computed.
/// </summary>
internal static unsafe class NonFiniteSearch
{
    /// <summary>Above this, the search ends with the loss: the memory might not be there.</summary>
    private const long Limit = 1L << 32;

    public static (string Tensor, double Value) Find(ProgramHost host, RunFrame frame, ulong key, bool training, bool start, int offset, double loss)
    {
        ModelDefinition definition = host.Engine.Definition;
        DeviceMemory memory = host.Engine.Device.Memory;
        for (int i = 0; i < host.Slots.Length; i++)
        {
            Slot slot = host.Slots[i];
            if (slot.Group is not (SlotGroup.Input or SlotGroup.Target or SlotGroup.InitialState or SlotGroup.Parameter)) continue;
            if (First(memory, (void*)frame[i], frame.Count(i), slot.Element) is { } value) return (Name(definition, slot), value);
        }

        ArenaPlan plan = host.MakePlan(frame.Dims, ArenaContent.All);
        if (plan.Bytes > Limit) return ("loss", loss);
        using var block = new NativeBlock(memory, plan.Bytes, zero: true);
        frame.Place(plan, block.Pointer);
        frame.Execute(key, training, start, offset, allAtOnce: true);

        var sizes = new nint[plan.Offsets.Length];
        host.Program.BufferSizes(frame.Dims, sizes);
        ArenaBuffer[] buffers = host.Program.Buffers.ToArray();
        IEnumerable<(int Step, Func<(string, double)?> Look)> intermediate = buffers.Select((b, i) => (b.FirstUse, (Func<(string, double)?>)Buffer(i)));
        IEnumerable<(int Step, Func<(string, double)?> Look)> results = host.Slots.Select((s, i) => (s, i))
            .Where(s => s.s.Group is SlotGroup.Output or SlotGroup.FinalState)
            .Select(s => (s.s.FirstUse, (Func<(string, double)?>)Result(s.i)));
        foreach ((_, Func<(string, double)?> look) in intermediate.Concat(results).OrderBy(p => p.Step))
        {
            if (look() is { } found) return found;
        }

        return ("loss", loss);

        Func<(string, double)?> Buffer(int i) => () =>
            buffers[i].Element is { } element && First(memory, block.Pointer + plan.Offsets[i], sizes[i] / Elements.Size(element), element) is { } value
                ? (buffers[i].Name, value)
                : null;
        Func<(string, double)?> Result(int i) => () =>
            First(memory, (void*)frame[i], frame.Count(i), host.Slots[i].Element) is { } value ? (Name(definition, host.Slots[i]), value) : null;
    }

    /// <summary>The first value that is not finite, or null. Other elements than reals are always finite.</summary>
    public static double? First(DeviceMemory memory, void* values, nint count, ElementKind element)
    {
        if (element is not (ElementKind.Float32 or ElementKind.Float64)) return null;
        using var staged = new Staged(memory, values, count * Elements.Size(element));
        return element == ElementKind.Float32 ? First((float*)staged.Pointer, count) : First((double*)staged.Pointer, count);
    }

    private static double? First<T>(T* values, nint count)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        for (nint i = 0; i < count; i++)
        {
            if (!T.IsFinite(values[i])) return double.CreateTruncating(values[i]);
        }

        return null;
    }

    private static string Name(ModelDefinition definition, Slot slot) =>
        TensorShapes.Info(definition, slot.Group, slot.Index)?.Name
        ?? string.Join('.', definition.Parameters[slot.Index].Path.Select(p => p ?? "*"));
}
