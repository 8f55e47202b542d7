using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static SsmDsl.Bench.Reference.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace SsmDsl.Bench.Reference;

/// <content>Backward.</content>
internal sealed unsafe partial class SelectiveScanReference
{
    private const int Half = N / 2;

    /// <summary>An item is a slice of the channels of one sequence. Gradients of B and C stay vectors until a chunk is done.</summary>
    private static void Backward(nint item, void* context)
    {
        Context* k = (Context*)context;
        nint batch = item / k->Slices, slice = item % k->Slices;
        nint first = slice * k->Blocks / k->Slices, end = (slice + 1) * k->Blocks / k->Slices, state = (batch * k->Blocks + first) * N * W;
        NativeMemory.Clear(k->Carry + state, (nuint)((end - first) * N * W * sizeof(float)));
        NativeMemory.Clear(k->DA + state, (nuint)((end - first) * N * W * sizeof(float)));
        NativeMemory.Clear(k->DSkip + batch * k->D + first * W, (nuint)((end - first) * W * sizeof(float)));

        const int size = Half * W;

        // Buffers that lie a multiple of 4 KB apart would disturb each other.
        const int apart = Chunk * size + 5 * W;
        byte* local = stackalloc byte[(4 * apart + size) * sizeof(float) + 64];
        float* h = (float*)(((nuint)local + 63) & ~(nuint)63), a = h + size + apart, accB = a + apart, accC = accB + apart;
        for (nint chunk = k->Chunks - 1; chunk >= 0; chunk--)
        {
            nint start = chunk * Chunk, steps = Math.Min(Chunk, k->T - start);
            for (int half = 0; half < N; half += Half)
            {
                NativeMemory.Clear(accB, 2 * apart * sizeof(float));
                for (nint block = first; block < end; block++)
                {
                    Recompute(k, batch, block, chunk, half, steps, h, a);
                    Walk(k, batch, block, chunk, half, steps, h, a, accB, accC);
                }

                nint to = (slice * k->Rows + batch * k->T + start) * N + half;
                for (nint t = 0; t < steps; t++)
                {
                    Sums(accB + t * size, k->PartB + to + t * N);
                    Sums(accC + t * size, k->PartC + to + t * N);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Recompute(Context* k, nint batch, nint block, nint chunk, int half, nint steps, float* h, float* aAt)
    {
        nint at = (batch * k->T + chunk * Chunk) * k->D + block * W;
        float* x = k->X + at, delta = k->Delta + at, b = k->B + (batch * k->T + chunk * Chunk) * N + half;
        float* a2 = k->A2 + (block * N + half) * W, kept = k->Kept + (((batch * k->Blocks + block) * k->Chunks + chunk) * N + half) * W, hAt = h;
        V a;
        V h0 = Load(kept + 0);
        Store(h0, h + 0);
        V h1 = Load(kept + 16);
        Store(h1, h + 16);
        V h2 = Load(kept + 32);
        Store(h2, h + 32);
        V h3 = Load(kept + 48);
        Store(h3, h + 48);
        V h4 = Load(kept + 64);
        Store(h4, h + 64);
        V h5 = Load(kept + 80);
        Store(h5, h + 80);
        V h6 = Load(kept + 96);
        Store(h6, h + 96);
        V h7 = Load(kept + 112);
        Store(h7, h + 112);
        for (; steps > 0; steps--, x += k->D, delta += k->D, b += N, aAt += Half * W, hAt += Half * W)
        {
            V dt = Load(delta), dtx = dt * Load(x);
            Store(a = Exp2(dt * Load(a2 + 0)), aAt + 0);
            Store(h0 = Fma(a, h0, dtx * All(b + 0)), hAt + 128);
            Store(a = Exp2(dt * Load(a2 + 16)), aAt + 16);
            Store(h1 = Fma(a, h1, dtx * All(b + 1)), hAt + 144);
            Store(a = Exp2(dt * Load(a2 + 32)), aAt + 32);
            Store(h2 = Fma(a, h2, dtx * All(b + 2)), hAt + 160);
            Store(a = Exp2(dt * Load(a2 + 48)), aAt + 48);
            Store(h3 = Fma(a, h3, dtx * All(b + 3)), hAt + 176);
            Store(a = Exp2(dt * Load(a2 + 64)), aAt + 64);
            Store(h4 = Fma(a, h4, dtx * All(b + 4)), hAt + 192);
            Store(a = Exp2(dt * Load(a2 + 80)), aAt + 80);
            Store(h5 = Fma(a, h5, dtx * All(b + 5)), hAt + 208);
            Store(a = Exp2(dt * Load(a2 + 96)), aAt + 96);
            Store(h6 = Fma(a, h6, dtx * All(b + 6)), hAt + 224);
            Store(a = Exp2(dt * Load(a2 + 112)), aAt + 112);
            Store(h7 = Fma(a, h7, dtx * All(b + 7)), hAt + 240);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Walk(Context* k, nint batch, nint block, nint chunk, int half, nint steps, float* h, float* a, float* accB, float* accC)
    {
        nint row = batch * k->T + chunk * Chunk + steps - 1, at = row * k->D + block * W, skip = batch * k->D + block * W;
        float* x = k->X + at, delta = k->Delta + at, seed = k->Seed + at, dx = k->DX + at, dDelta = k->DDelta + at;
        float* b = k->B + row * N + half, c = k->C + row * N + half, a2 = k->A2 + (block * N + half) * W;
        float* carry = k->Carry + ((batch * k->Blocks + block) * N + half) * W, da = k->DA + ((batch * k->Blocks + block) * N + half) * W;
        float* hAt = h + (steps - 1) * (Half * W), aAt = a + (steps - 1) * (Half * W);
        accB += (steps - 1) * (Half * W);
        accC += (steps - 1) * (Half * W);
        V c0 = Load(carry + 0), c1 = Load(carry + 16), c2 = Load(carry + 32), c3 = Load(carry + 48);
        V c4 = Load(carry + 64), c5 = Load(carry + 80), c6 = Load(carry + 96), c7 = Load(carry + 112);
        V d0 = Load(da + 0), d1 = Load(da + 16), d2 = Load(da + 32), d3 = Load(da + 48);
        V d4 = Load(da + 64), d5 = Load(da + 80), d6 = Load(da + 96), d7 = Load(da + 112);
        V l, q, dSkip = Load(k->DSkip + skip), skipWeight = Load(k->Skip + block * W);
        for (; steps > 0; steps--)
        {
            V dt = Load(delta), g = Load(seed), dtx = dt * Load(x), s1 = default, s2 = default;
            l = Fma(All(c + 0), g, c0);
            c0 = l * Load(aAt + 0);
            q = c0 * Load(hAt + 0);
            Store(Fma(l, dtx, Load(accB + 0)), accB + 0);
            Store(Fma(g, Load(hAt + 128), Load(accC + 0)), accC + 0);
            s1 = Fma(l, All(b + 0), s1);
            s2 = Fma(q, Load(a2 + 0), s2);
            d0 = Fma(q, dt, d0);
            l = Fma(All(c + 1), g, c1);
            c1 = l * Load(aAt + 16);
            q = c1 * Load(hAt + 16);
            Store(Fma(l, dtx, Load(accB + 16)), accB + 16);
            Store(Fma(g, Load(hAt + 144), Load(accC + 16)), accC + 16);
            s1 = Fma(l, All(b + 1), s1);
            s2 = Fma(q, Load(a2 + 16), s2);
            d1 = Fma(q, dt, d1);
            l = Fma(All(c + 2), g, c2);
            c2 = l * Load(aAt + 32);
            q = c2 * Load(hAt + 32);
            Store(Fma(l, dtx, Load(accB + 32)), accB + 32);
            Store(Fma(g, Load(hAt + 160), Load(accC + 32)), accC + 32);
            s1 = Fma(l, All(b + 2), s1);
            s2 = Fma(q, Load(a2 + 32), s2);
            d2 = Fma(q, dt, d2);
            l = Fma(All(c + 3), g, c3);
            c3 = l * Load(aAt + 48);
            q = c3 * Load(hAt + 48);
            Store(Fma(l, dtx, Load(accB + 48)), accB + 48);
            Store(Fma(g, Load(hAt + 176), Load(accC + 48)), accC + 48);
            s1 = Fma(l, All(b + 3), s1);
            s2 = Fma(q, Load(a2 + 48), s2);
            d3 = Fma(q, dt, d3);
            l = Fma(All(c + 4), g, c4);
            c4 = l * Load(aAt + 64);
            q = c4 * Load(hAt + 64);
            Store(Fma(l, dtx, Load(accB + 64)), accB + 64);
            Store(Fma(g, Load(hAt + 192), Load(accC + 64)), accC + 64);
            s1 = Fma(l, All(b + 4), s1);
            s2 = Fma(q, Load(a2 + 64), s2);
            d4 = Fma(q, dt, d4);
            l = Fma(All(c + 5), g, c5);
            c5 = l * Load(aAt + 80);
            q = c5 * Load(hAt + 80);
            Store(Fma(l, dtx, Load(accB + 80)), accB + 80);
            Store(Fma(g, Load(hAt + 208), Load(accC + 80)), accC + 80);
            s1 = Fma(l, All(b + 5), s1);
            s2 = Fma(q, Load(a2 + 80), s2);
            d5 = Fma(q, dt, d5);
            l = Fma(All(c + 6), g, c6);
            c6 = l * Load(aAt + 96);
            q = c6 * Load(hAt + 96);
            Store(Fma(l, dtx, Load(accB + 96)), accB + 96);
            Store(Fma(g, Load(hAt + 224), Load(accC + 96)), accC + 96);
            s1 = Fma(l, All(b + 6), s1);
            s2 = Fma(q, Load(a2 + 96), s2);
            d6 = Fma(q, dt, d6);
            l = Fma(All(c + 7), g, c7);
            c7 = l * Load(aAt + 112);
            q = c7 * Load(hAt + 112);
            Store(Fma(l, dtx, Load(accB + 112)), accB + 112);
            Store(Fma(g, Load(hAt + 240), Load(accC + 112)), accC + 112);
            s1 = Fma(l, All(b + 7), s1);
            s2 = Fma(q, Load(a2 + 112), s2);
            d7 = Fma(q, dt, d7);
            if (half == 0)
            {
                Store(s1, dx);
                Store(s2, dDelta);
            }
            else
            {
                s1 += Load(dx);
                s2 += Load(dDelta);
                Store(Fma(s1, dt, g * skipWeight), dx);
                Store(Fma(s1, Load(x), s2 * Vector512.Create(Ln2)), dDelta);
                dSkip = Fma(g, Load(x), dSkip);
            }

            x -= k->D;
            delta -= k->D;
            seed -= k->D;
            dx -= k->D;
            dDelta -= k->D;
            b -= N;
            c -= N;
            hAt -= Half * W;
            aAt -= Half * W;
            accB -= Half * W;
            accC -= Half * W;
        }

        Store(dSkip, k->DSkip + skip);
        Store(c0, carry + 0);
        Store(d0, da + 0);
        Store(c1, carry + 16);
        Store(d1, da + 16);
        Store(c2, carry + 32);
        Store(d2, da + 32);
        Store(c3, carry + 48);
        Store(d3, da + 48);
        Store(c4, carry + 64);
        Store(d4, da + 64);
        Store(c5, carry + 80);
        Store(d5, da + 80);
        Store(c6, carry + 96);
        Store(d6, da + 96);
        Store(c7, carry + 112);
        Store(d7, da + 112);
    }

    /// <summary>The sums of the lanes of eight vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sums(float* vectors, float* sums)
    {
        Vector256<float> r0 = Avx.HorizontalAdd(Fold(vectors), Fold(vectors + 16)), r1 = Avx.HorizontalAdd(Fold(vectors + 32), Fold(vectors + 48));
        Vector256<float> r2 = Avx.HorizontalAdd(Fold(vectors + 64), Fold(vectors + 80)), r3 = Avx.HorizontalAdd(Fold(vectors + 96), Fold(vectors + 112));
        r0 = Avx.HorizontalAdd(r0, r1);
        r2 = Avx.HorizontalAdd(r2, r3);
        (r0.GetLower() + r0.GetUpper()).Store(sums);
        (r2.GetLower() + r2.GetUpper()).Store(sums + 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Fold(float* vector) => Vector256.Load(vector) + Vector256.Load(vector + 8);
}
