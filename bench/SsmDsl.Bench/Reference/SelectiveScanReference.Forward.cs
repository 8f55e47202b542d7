using System.Runtime.CompilerServices;
using static SsmDsl.Bench.Reference.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace SsmDsl.Bench.Reference;

/// <content>Forward.</content>
internal sealed unsafe partial class SelectiveScanReference
{
    private static void Forward(nint item, void* context) => Forward((Context*)context, item, keep: false);

    private static void ForwardKeeping(nint item, void* context) => Forward((Context*)context, item, keep: true);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Forward(Context* k, nint item, bool keep)
    {
        nint batch = item / k->Blocks, block = item % k->Blocks, at = batch * k->T * k->D + block * W;
        float* x = k->X + at, delta = k->Delta + at, y = k->Y + at;
        float* b = k->B + batch * k->T * N, c = k->C + batch * k->T * N, a = k->A2 + block * (N * W);
        float* kept = k->Kept + item * k->Chunks * (N * W);
        V skip = Load(k->Skip + block * W);
        V h0 = default, h1 = default, h2 = default, h3 = default, h4 = default, h5 = default, h6 = default, h7 = default;
        V h8 = default, h9 = default, h10 = default, h11 = default, h12 = default, h13 = default, h14 = default, h15 = default;
        for (nint t = 0; t < k->T; t += Chunk)
        {
            if (keep)
            {
                Store(h0, kept + 0);
                Store(h1, kept + 16);
                Store(h2, kept + 32);
                Store(h3, kept + 48);
                Store(h4, kept + 64);
                Store(h5, kept + 80);
                Store(h6, kept + 96);
                Store(h7, kept + 112);
                Store(h8, kept + 128);
                Store(h9, kept + 144);
                Store(h10, kept + 160);
                Store(h11, kept + 176);
                Store(h12, kept + 192);
                Store(h13, kept + 208);
                Store(h14, kept + 224);
                Store(h15, kept + 240);
                kept += N * W;
            }

            for (nint end = Math.Min(t + Chunk, k->T) - t; end > 0; end--)
            {
                V dt = Load(delta), dtx = dt * Load(x), y0 = skip * Load(x), y1 = default;
                h0 = Fma(Exp2(dt * Load(a + 0)), h0, dtx * All(b + 0));
                y0 = Fma(All(c + 0), h0, y0);
                h1 = Fma(Exp2(dt * Load(a + 16)), h1, dtx * All(b + 1));
                y1 = Fma(All(c + 1), h1, y1);
                h2 = Fma(Exp2(dt * Load(a + 32)), h2, dtx * All(b + 2));
                y0 = Fma(All(c + 2), h2, y0);
                h3 = Fma(Exp2(dt * Load(a + 48)), h3, dtx * All(b + 3));
                y1 = Fma(All(c + 3), h3, y1);
                h4 = Fma(Exp2(dt * Load(a + 64)), h4, dtx * All(b + 4));
                y0 = Fma(All(c + 4), h4, y0);
                h5 = Fma(Exp2(dt * Load(a + 80)), h5, dtx * All(b + 5));
                y1 = Fma(All(c + 5), h5, y1);
                h6 = Fma(Exp2(dt * Load(a + 96)), h6, dtx * All(b + 6));
                y0 = Fma(All(c + 6), h6, y0);
                h7 = Fma(Exp2(dt * Load(a + 112)), h7, dtx * All(b + 7));
                y1 = Fma(All(c + 7), h7, y1);
                h8 = Fma(Exp2(dt * Load(a + 128)), h8, dtx * All(b + 8));
                y0 = Fma(All(c + 8), h8, y0);
                h9 = Fma(Exp2(dt * Load(a + 144)), h9, dtx * All(b + 9));
                y1 = Fma(All(c + 9), h9, y1);
                h10 = Fma(Exp2(dt * Load(a + 160)), h10, dtx * All(b + 10));
                y0 = Fma(All(c + 10), h10, y0);
                h11 = Fma(Exp2(dt * Load(a + 176)), h11, dtx * All(b + 11));
                y1 = Fma(All(c + 11), h11, y1);
                h12 = Fma(Exp2(dt * Load(a + 192)), h12, dtx * All(b + 12));
                y0 = Fma(All(c + 12), h12, y0);
                h13 = Fma(Exp2(dt * Load(a + 208)), h13, dtx * All(b + 13));
                y1 = Fma(All(c + 13), h13, y1);
                h14 = Fma(Exp2(dt * Load(a + 224)), h14, dtx * All(b + 14));
                y0 = Fma(All(c + 14), h14, y0);
                h15 = Fma(Exp2(dt * Load(a + 240)), h15, dtx * All(b + 15));
                y1 = Fma(All(c + 15), h15, y1);
                Store(y0 + y1, y);
                x += k->D;
                delta += k->D;
                y += k->D;
                b += N;
                c += N;
            }
        }
    }
}
