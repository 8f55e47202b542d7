using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SsmDsl.Programs;

namespace SsmDsl.Cli.Benchmarking;

/// <summary>How fast all threads go through some memory again and again.</summary>
/// <param name="Bytes">Size of that memory.</param>
/// <param name="Read">Bytes per second, read only.</param>
/// <param name="Copy">Bytes per second, half of it read and half of it written, both counted.</param>
internal sealed unsafe record MemoryRate(nint Bytes, double Read, double Copy)
{
    /// <summary>One item of a parallel loop.</summary>
    private const nint Piece = 64 << 10;

    private static readonly TimeSpan Time = TimeSpan.FromMilliseconds(60);

    public static MemoryRate[] Measure(WorkPool pool, ReadOnlySpan<nint> footprints)
    {
        byte* memory = (byte*)NativeMemory.AlignedAlloc((nuint)footprints[^1], 1 << 21);
        try
        {
            NativeMemory.Fill(memory, (nuint)footprints[^1], 1);
            var rates = new MemoryRate[footprints.Length];
            for (int i = 0; i < footprints.Length; i++)
            {
                nint bytes = footprints[i];
                Context read = new() { Source = memory }, copy = new() { Source = memory, Target = memory + bytes / 2 + 64 };
                rates[i] = new MemoryRate(
                    bytes,
                    Best(pool, bytes / Piece, &ReadPiece, &read, bytes),
                    Best(pool, bytes / 2 / Piece - 1, &CopyPiece, &copy, bytes - 2 * Piece));
            }

            return rates;
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    private static double Best(WorkPool pool, nint items, delegate*<nint, void*, void> body, Context* context, nint bytes)
    {
        double best = 0;
        long started = Stopwatch.GetTimestamp();
        do
        {
            long at = Stopwatch.GetTimestamp();
            pool.For(items, body, context);
            best = Math.Max(best, bytes / Stopwatch.GetElapsedTime(at).TotalSeconds);
        }
        while (Stopwatch.GetElapsedTime(started) < Time);
        return best;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ReadPiece(nint item, void* context)
    {
        Context* c = (Context*)context;
        float* from = (float*)(c->Source + item * Piece);
        Vector512<float> a = default, b = default, d = default, e = default;
        for (nint i = 0; i < Piece / sizeof(float); i += 64)
        {
            a += Vector512.Load(from + i);
            b += Vector512.Load(from + i + 16);
            d += Vector512.Load(from + i + 32);
            e += Vector512.Load(from + i + 48);
        }

        c->Result = Vector512.Sum(a + b + d + e);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyPiece(nint item, void* context)
    {
        Context* c = (Context*)context;
        float* from = (float*)(c->Source + item * Piece), to = (float*)(c->Target + item * Piece);
        for (nint i = 0; i < Piece / sizeof(float); i += 32)
        {
            Vector512.Store(Vector512.Load(from + i), to + i);
            Vector512.Store(Vector512.Load(from + i + 16), to + i + 16);
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Context
    {
        public byte* Source;
        public byte* Target;
        public float Result;
    }
}
