namespace SsmDsl.Memory;

/// <summary>Copies between dense memory and tensors of any strides.</summary>
internal static unsafe class StridedCopy
{
    /// <param name="strides">Of the source, in elements.</param>
    /// <param name="size">Bytes of an element.</param>
    public static void Pack(byte* source, ReadOnlySpan<nint> lengths, ReadOnlySpan<nint> strides, int size, byte* dense) =>
        Copy(source, dense, lengths, strides, size, pack: true);

    /// <param name="strides">Of the destination, in elements.</param>
    /// <param name="size">Bytes of an element.</param>
    public static void Unpack(byte* dense, byte* destination, ReadOnlySpan<nint> lengths, ReadOnlySpan<nint> strides, int size) =>
        Copy(destination, dense, lengths, strides, size, pack: false);

    private static void Copy(byte* strided, byte* dense, ReadOnlySpan<nint> lengths, ReadOnlySpan<nint> strides, int size, bool pack)
    {
        if (lengths.Length == 0)
        {
            Row(strided, dense, 1, 1, size, pack);
            return;
        }

        nint inner = lengths[^1];
        nint outer = 1;
        foreach (nint length in lengths[..^1]) outer *= length;
        Span<nint> index = stackalloc nint[lengths.Length];
        index.Clear();
        nint offset = 0;
        for (nint row = 0; row < outer; row++)
        {
            Row(strided + offset * size, dense + row * inner * size, inner, strides[^1], size, pack);
            for (int axis = lengths.Length - 2; axis >= 0; axis--)
            {
                offset += strides[axis];
                if (++index[axis] < lengths[axis]) break;
                offset -= lengths[axis] * strides[axis];
                index[axis] = 0;
            }
        }
    }

    private static void Row(byte* strided, byte* dense, nint count, nint stride, int size, bool pack)
    {
        if (stride == 1)
        {
            if (pack) Buffer.MemoryCopy(strided, dense, count * size, count * size);
            else Buffer.MemoryCopy(dense, strided, count * size, count * size);
            return;
        }

        switch (size)
        {
            case 1: Elements(strided, dense, count, stride, pack); break;
            case 4: Elements((int*)strided, (int*)dense, count, stride, pack); break;
            default: Elements((long*)strided, (long*)dense, count, stride, pack); break;
        }
    }

    private static void Elements<T>(T* strided, T* dense, nint count, nint stride, bool pack)
        where T : unmanaged
    {
        if (pack)
        {
            for (nint i = 0; i < count; i++) dense[i] = strided[i * stride];
        }
        else
        {
            for (nint i = 0; i < count; i++) strided[i * stride] = dense[i];
        }
    }
}
