using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SsmDsl.Memory;

/// <summary>Keeps arrays in place while a run uses them. The handles are used again and again, so that pinning allocates nothing.</summary>
internal sealed unsafe class PinList : IDisposable
{
    private PinnedGCHandle<Array?>[] handles = [];
    private int used;

    ~PinList() => Free();

    /// <summary>The address of the array's first element, until <see cref="Release"/>.</summary>
    public void* Pin(Array array)
    {
        if (used == handles.Length)
        {
            Array.Resize(ref handles, Math.Max(4, 2 * used));
            for (int i = used; i < handles.Length; i++) handles[i] = new PinnedGCHandle<Array?>(null);
        }

        handles[used++].Target = array;
        return Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
    }

    public void Release()
    {
        for (int i = 0; i < used; i++) handles[i].Target = null;
        used = 0;
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        foreach (ref PinnedGCHandle<Array?> handle in handles.AsSpan()) handle.Dispose();
        handles = [];
        used = 0;
    }
}
