using System.Runtime.CompilerServices;
using static SsmDsl.Bench.Reference.Bits512.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace SsmDsl.Bench.Reference.Bits512;

/// <content>Forward with all states in registers.</content>
internal sealed unsafe partial class SelectiveScanReference
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(Context* k, nint item, bool keep)
    {
        nint batch = item / k->Blocks, block = item % k->Blocks, at = batch * k->T * k->D + block * W;
        float* x = k->X + at, delta = k->Delta + at, y = k->Y + at;
        float* b = k->B + batch * k->T * k->Row, c = k->C + batch * k->T * k->Row, a = k->A2 + block * (N * W);
        float* kept = k->Kept + item * k->Chunks * (N * W);
        V skip = Load(k->Skip + block * W);
        V h0 = default, h1 = default, h2 = default, h3 = default, h4 = default, h5 = default, h6 = default, h7 = default;
        V h8 = default, h9 = default, h10 = default, h11 = default, h12 = default, h13 = default, h14 = default, h15 = default;
        for (nint t = 0; t < k->T; t += Chunk)
        {
            if (keep)
            {
                Store(h0, kept + 0);
                Store(h1, kept + W);
                Store(h2, kept + 2 * W);
                Store(h3, kept + 3 * W);
                Store(h4, kept + 4 * W);
                Store(h5, kept + 5 * W);
                Store(h6, kept + 6 * W);
                Store(h7, kept + 7 * W);
                Store(h8, kept + 8 * W);
                Store(h9, kept + 9 * W);
                Store(h10, kept + 10 * W);
                Store(h11, kept + 11 * W);
                Store(h12, kept + 12 * W);
                Store(h13, kept + 13 * W);
                Store(h14, kept + 14 * W);
                Store(h15, kept + 15 * W);
                kept += N * W;
            }

            for (nint end = Math.Min(t + Chunk, k->T) - t; end > 0; end--)
            {
                V dt = Load(delta), dtx = dt * Load(x), y0 = skip * Load(x), y1 = default;
                h0 = Fma(Exp2(dt * Load(a + 0)), h0, dtx * All(b + 0));
                y0 = Fma(All(c + 0), h0, y0);
                h1 = Fma(Exp2(dt * Load(a + W)), h1, dtx * All(b + 1));
                y1 = Fma(All(c + 1), h1, y1);
                h2 = Fma(Exp2(dt * Load(a + 2 * W)), h2, dtx * All(b + 2));
                y0 = Fma(All(c + 2), h2, y0);
                h3 = Fma(Exp2(dt * Load(a + 3 * W)), h3, dtx * All(b + 3));
                y1 = Fma(All(c + 3), h3, y1);
                h4 = Fma(Exp2(dt * Load(a + 4 * W)), h4, dtx * All(b + 4));
                y0 = Fma(All(c + 4), h4, y0);
                h5 = Fma(Exp2(dt * Load(a + 5 * W)), h5, dtx * All(b + 5));
                y1 = Fma(All(c + 5), h5, y1);
                h6 = Fma(Exp2(dt * Load(a + 6 * W)), h6, dtx * All(b + 6));
                y0 = Fma(All(c + 6), h6, y0);
                h7 = Fma(Exp2(dt * Load(a + 7 * W)), h7, dtx * All(b + 7));
                y1 = Fma(All(c + 7), h7, y1);
                h8 = Fma(Exp2(dt * Load(a + 8 * W)), h8, dtx * All(b + 8));
                y0 = Fma(All(c + 8), h8, y0);
                h9 = Fma(Exp2(dt * Load(a + 9 * W)), h9, dtx * All(b + 9));
                y1 = Fma(All(c + 9), h9, y1);
                h10 = Fma(Exp2(dt * Load(a + 10 * W)), h10, dtx * All(b + 10));
                y0 = Fma(All(c + 10), h10, y0);
                h11 = Fma(Exp2(dt * Load(a + 11 * W)), h11, dtx * All(b + 11));
                y1 = Fma(All(c + 11), h11, y1);
                h12 = Fma(Exp2(dt * Load(a + 12 * W)), h12, dtx * All(b + 12));
                y0 = Fma(All(c + 12), h12, y0);
                h13 = Fma(Exp2(dt * Load(a + 13 * W)), h13, dtx * All(b + 13));
                y1 = Fma(All(c + 13), h13, y1);
                h14 = Fma(Exp2(dt * Load(a + 14 * W)), h14, dtx * All(b + 14));
                y0 = Fma(All(c + 14), h14, y0);
                h15 = Fma(Exp2(dt * Load(a + 15 * W)), h15, dtx * All(b + 15));
                y1 = Fma(All(c + 15), h15, y1);
                Store(y0 + y1, y);
                x += k->D;
                delta += k->D;
                y += k->D;
                b += k->Row;
                c += k->Row;
            }
        }
    }
}
