using SsmDsl.Programs;

namespace SsmDsl.Models;

/// <summary>Fills inputs that the caller leaves out.</summary>
internal static unsafe class Defaults
{
    public static void Fill(void* memory, nint count, ElementKind element, double value)
    {
        switch (element)
        {
            case ElementKind.Float32: Fill((float*)memory, count, (float)value); break;
            case ElementKind.Float64: Fill((double*)memory, count, value); break;
            case ElementKind.Int32: Fill((int*)memory, count, (int)value); break;
            default: Fill((byte*)memory, count, value != 0 ? (byte)1 : (byte)0); break;
        }
    }

    private static void Fill<T>(T* memory, nint count, T value)
        where T : unmanaged
    {
        for (nint i = 0; i < count; i++) memory[i] = value;
    }
}
