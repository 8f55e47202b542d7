using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static SsmDsl.Bench.Reference.Bits512.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace SsmDsl.Bench.Reference.Bits512;

/// <content>Forward with eight states in registers, a few steps at a time.</content>
internal sealed unsafe partial class SelectiveScanReference
{
    public static void Forward(Context* k, nint item, bool keep)
    {
        nint batch = item / k->Blocks, block = item % k->Blocks, at = batch * k->T * k->D + block * W, row = batch * k->T * k->Row;
        float* kept = k->Kept + item * k->Chunks * (N * W), h = stackalloc float[N * W];
        NativeMemory.Clear(h, N * W * sizeof(float));
        for (nint t = 0; t < k->T; t += Chunk, at += Chunk * k->D, row += Chunk * k->Row)
        {
            if (keep)
            {
                NativeMemory.Copy(h, kept, N * W * sizeof(float));
                kept += N * W;
            }

            nint steps = Math.Min(Chunk, k->T - t);
            Steps(k, at, block, row, 0, steps, h);
            Steps(k, at, block, row, N / 2, steps, h + N / 2 * W);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Steps(Context* k, nint at, nint block, nint row, int first, nint steps, float* states)
    {
        float* x = k->X + at, delta = k->Delta + at, y = k->Y + at, b = k->B + row + first, c = k->C + row + first, a = k->A2 + (block * N + first) * W;
        V h0 = Load(states + 0 * W), h1 = Load(states + 1 * W), h2 = Load(states + 2 * W), h3 = Load(states + 3 * W);
        V h4 = Load(states + 4 * W), h5 = Load(states + 5 * W), h6 = Load(states + 6 * W), h7 = Load(states + 7 * W);
        for (; steps > 0; steps--, x += k->D, delta += k->D, y += k->D, b += k->Row, c += k->Row)
        {
            V dt = Load(delta), dtx = dt * Load(x), sum = first == 0 ? Load(k->Skip + block * W) * Load(x) : Load(y);
            h0 = Fma(Exp2(dt * Load(a + 0 * W)), h0, dtx * All(b + 0));
            sum = Fma(All(c + 0), h0, sum);
            h1 = Fma(Exp2(dt * Load(a + 1 * W)), h1, dtx * All(b + 1));
            sum = Fma(All(c + 1), h1, sum);
            h2 = Fma(Exp2(dt * Load(a + 2 * W)), h2, dtx * All(b + 2));
            sum = Fma(All(c + 2), h2, sum);
            h3 = Fma(Exp2(dt * Load(a + 3 * W)), h3, dtx * All(b + 3));
            sum = Fma(All(c + 3), h3, sum);
            h4 = Fma(Exp2(dt * Load(a + 4 * W)), h4, dtx * All(b + 4));
            sum = Fma(All(c + 4), h4, sum);
            h5 = Fma(Exp2(dt * Load(a + 5 * W)), h5, dtx * All(b + 5));
            sum = Fma(All(c + 5), h5, sum);
            h6 = Fma(Exp2(dt * Load(a + 6 * W)), h6, dtx * All(b + 6));
            sum = Fma(All(c + 6), h6, sum);
            h7 = Fma(Exp2(dt * Load(a + 7 * W)), h7, dtx * All(b + 7));
            sum = Fma(All(c + 7), h7, sum);
            Store(sum, y);
        }

        Store(h0, states + 0 * W);
        Store(h1, states + 1 * W);
        Store(h2, states + 2 * W);
        Store(h3, states + 3 * W);
        Store(h4, states + 4 * W);
        Store(h5, states + 5 * W);
        Store(h6, states + 6 * W);
        Store(h7, states + 7 * W);
    }
}
