using System.Runtime.InteropServices;
using static SsmDsl.Bench.Reference.Bits512.Lanes;

namespace SsmDsl.Bench.Reference.Bits512;

/// <content>Backward.</content>
internal sealed unsafe partial class SelectiveScanReference
{
    /// <summary>An item is a slice of the channels of one sequence. Gradients of B and C stay vectors until a chunk is done.</summary>
    public static void Backward(nint item, void* context)
    {
        Context* k = (Context*)context;
        nint batch = item / k->Slices, slice = item % k->Slices;
        nint first = slice * k->Blocks / k->Slices, end = (slice + 1) * k->Blocks / k->Slices, state = (batch * k->Blocks + first) * N * W;
        NativeMemory.Clear(k->Carry + state, (nuint)((end - first) * N * W * sizeof(float)));
        NativeMemory.Clear(k->DA + state, (nuint)((end - first) * N * W * sizeof(float)));
        NativeMemory.Clear(k->DSkip + batch * k->D + first * W, (nuint)((end - first) * W * sizeof(float)));

        const int size = Part * W;

        // Buffers that lie a multiple of 4 KB apart would disturb each other.
        const int apart = Chunk * size + 5 * W;
        byte* local = stackalloc byte[(4 * apart + size) * sizeof(float) + 64];
        float* h = (float*)(((nuint)local + 63) & ~(nuint)63), a = h + size + apart, accB = a + apart, accC = accB + apart;
        for (nint chunk = k->Chunks - 1; chunk >= 0; chunk--)
        {
            nint start = chunk * Chunk, steps = Math.Min(Chunk, k->T - start);
            for (int part = 0; part < N; part += Part)
            {
                NativeMemory.Clear(accB, 2 * apart * sizeof(float));
                for (nint block = first; block < end; block++)
                {
                    Recompute(k, batch, block, chunk, part, steps, h, a);
                    Walk(k, batch, block, chunk, part, steps, h, a, accB, accC);
                }

                nint to = (slice * k->Rows + batch * k->T + start) * N + part;
                for (nint t = 0; t < steps; t++)
                {
                    Sums(accB + t * size, k->PartB + to + t * N);
                    Sums(accC + t * size, k->PartC + to + t * N);
                }
            }
        }
    }
}
