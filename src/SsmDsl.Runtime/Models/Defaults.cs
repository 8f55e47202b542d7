using SsmDsl.Devices;
using SsmDsl.Memory;
using SsmDsl.Programs;

namespace SsmDsl.Models;

/// <summary>Fills inputs that the caller leaves out.</summary>
internal static unsafe class Defaults
{
    public static void Fill(DeviceMemory memory, void* values, nint count, ElementKind element, double value)
    {
        using var staged = new Staged(memory, values, count * Elements.Size(element), read: false);
        switch (element)
        {
            case ElementKind.Float32: Fill((float*)staged.Pointer, count, (float)value); break;
            case ElementKind.Float64: Fill((double*)staged.Pointer, count, value); break;
            case ElementKind.Int32: Fill((int*)staged.Pointer, count, (int)value); break;
            default: Fill(staged.Pointer, count, value != 0 ? (byte)1 : (byte)0); break;
        }

        staged.Commit();
    }

    private static void Fill<T>(T* memory, nint count, T value)
        where T : unmanaged
    {
        for (nint i = 0; i < count; i++) memory[i] = value;
    }
}
