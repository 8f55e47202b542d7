using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static SsmDsl.Bench.Reference.Bits512.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace SsmDsl.Bench.Reference.Bits512;

/// <content>Backward with eight states in registers.</content>
internal sealed unsafe partial class SelectiveScanReference
{
    private const int Part = N / 2;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Recompute(Context* k, nint batch, nint block, nint chunk, int part, nint steps, float* h, float* aAt)
    {
        nint at = (batch * k->T + chunk * Chunk) * k->D + block * W;
        float* x = k->X + at, delta = k->Delta + at, b = k->B + (batch * k->T + chunk * Chunk) * k->Row + part;
        float* a2 = k->A2 + (block * N + part) * W, kept = k->Kept + (((batch * k->Blocks + block) * k->Chunks + chunk) * N + part) * W, hAt = h;
        V a;
        V h0 = Load(kept + 0);
        Store(h0, h + 0);
        V h1 = Load(kept + W);
        Store(h1, h + W);
        V h2 = Load(kept + 2 * W);
        Store(h2, h + 2 * W);
        V h3 = Load(kept + 3 * W);
        Store(h3, h + 3 * W);
        V h4 = Load(kept + 4 * W);
        Store(h4, h + 4 * W);
        V h5 = Load(kept + 5 * W);
        Store(h5, h + 5 * W);
        V h6 = Load(kept + 6 * W);
        Store(h6, h + 6 * W);
        V h7 = Load(kept + 7 * W);
        Store(h7, h + 7 * W);
        for (; steps > 0; steps--, x += k->D, delta += k->D, b += k->Row, aAt += Part * W, hAt += Part * W)
        {
            V dt = Load(delta), dtx = dt * Load(x);
            Store(a = Exp2(dt * Load(a2 + 0)), aAt + 0);
            Store(h0 = Fma(a, h0, dtx * All(b + 0)), hAt + 8 * W);
            Store(a = Exp2(dt * Load(a2 + W)), aAt + W);
            Store(h1 = Fma(a, h1, dtx * All(b + 1)), hAt + 9 * W);
            Store(a = Exp2(dt * Load(a2 + 2 * W)), aAt + 2 * W);
            Store(h2 = Fma(a, h2, dtx * All(b + 2)), hAt + 10 * W);
            Store(a = Exp2(dt * Load(a2 + 3 * W)), aAt + 3 * W);
            Store(h3 = Fma(a, h3, dtx * All(b + 3)), hAt + 11 * W);
            Store(a = Exp2(dt * Load(a2 + 4 * W)), aAt + 4 * W);
            Store(h4 = Fma(a, h4, dtx * All(b + 4)), hAt + 12 * W);
            Store(a = Exp2(dt * Load(a2 + 5 * W)), aAt + 5 * W);
            Store(h5 = Fma(a, h5, dtx * All(b + 5)), hAt + 13 * W);
            Store(a = Exp2(dt * Load(a2 + 6 * W)), aAt + 6 * W);
            Store(h6 = Fma(a, h6, dtx * All(b + 6)), hAt + 14 * W);
            Store(a = Exp2(dt * Load(a2 + 7 * W)), aAt + 7 * W);
            Store(h7 = Fma(a, h7, dtx * All(b + 7)), hAt + 15 * W);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Walk(Context* k, nint batch, nint block, nint chunk, int part, nint steps, float* h, float* a, float* accB, float* accC)
    {
        nint row = batch * k->T + chunk * Chunk + steps - 1, at = row * k->D + block * W, skip = batch * k->D + block * W;
        float* x = k->X + at, delta = k->Delta + at, seed = k->Seed + at, dx = k->DX + at, dDelta = k->DDelta + at;
        float* b = k->B + row * k->Row + part, c = k->C + row * k->Row + part, a2 = k->A2 + (block * N + part) * W;
        float* carry = k->Carry + ((batch * k->Blocks + block) * N + part) * W, da = k->DA + ((batch * k->Blocks + block) * N + part) * W;
        float* hAt = h + (steps - 1) * (Part * W), aAt = a + (steps - 1) * (Part * W);
        accB += (steps - 1) * (Part * W);
        accC += (steps - 1) * (Part * W);
        V c0 = Load(carry + 0), c1 = Load(carry + W), c2 = Load(carry + 2 * W), c3 = Load(carry + 3 * W);
        V c4 = Load(carry + 4 * W), c5 = Load(carry + 5 * W), c6 = Load(carry + 6 * W), c7 = Load(carry + 7 * W);
        V d0 = Load(da + 0), d1 = Load(da + W), d2 = Load(da + 2 * W), d3 = Load(da + 3 * W);
        V d4 = Load(da + 4 * W), d5 = Load(da + 5 * W), d6 = Load(da + 6 * W), d7 = Load(da + 7 * W);
        V l, q, dSkip = Load(k->DSkip + skip), skipWeight = Load(k->Skip + block * W);
        for (; steps > 0; steps--)
        {
            V dt = Load(delta), g = Load(seed), dtx = dt * Load(x), s1 = default, s2 = default;
            l = Fma(All(c + 0), g, c0);
            c0 = l * Load(aAt + 0);
            q = c0 * Load(hAt + 0);
            Store(Fma(l, dtx, Load(accB + 0)), accB + 0);
            Store(Fma(g, Load(hAt + 8 * W), Load(accC + 0)), accC + 0);
            s1 = Fma(l, All(b + 0), s1);
            s2 = Fma(q, Load(a2 + 0), s2);
            d0 = Fma(q, dt, d0);
            l = Fma(All(c + 1), g, c1);
            c1 = l * Load(aAt + W);
            q = c1 * Load(hAt + W);
            Store(Fma(l, dtx, Load(accB + W)), accB + W);
            Store(Fma(g, Load(hAt + 9 * W), Load(accC + W)), accC + W);
            s1 = Fma(l, All(b + 1), s1);
            s2 = Fma(q, Load(a2 + W), s2);
            d1 = Fma(q, dt, d1);
            l = Fma(All(c + 2), g, c2);
            c2 = l * Load(aAt + 2 * W);
            q = c2 * Load(hAt + 2 * W);
            Store(Fma(l, dtx, Load(accB + 2 * W)), accB + 2 * W);
            Store(Fma(g, Load(hAt + 10 * W), Load(accC + 2 * W)), accC + 2 * W);
            s1 = Fma(l, All(b + 2), s1);
            s2 = Fma(q, Load(a2 + 2 * W), s2);
            d2 = Fma(q, dt, d2);
            l = Fma(All(c + 3), g, c3);
            c3 = l * Load(aAt + 3 * W);
            q = c3 * Load(hAt + 3 * W);
            Store(Fma(l, dtx, Load(accB + 3 * W)), accB + 3 * W);
            Store(Fma(g, Load(hAt + 11 * W), Load(accC + 3 * W)), accC + 3 * W);
            s1 = Fma(l, All(b + 3), s1);
            s2 = Fma(q, Load(a2 + 3 * W), s2);
            d3 = Fma(q, dt, d3);
            l = Fma(All(c + 4), g, c4);
            c4 = l * Load(aAt + 4 * W);
            q = c4 * Load(hAt + 4 * W);
            Store(Fma(l, dtx, Load(accB + 4 * W)), accB + 4 * W);
            Store(Fma(g, Load(hAt + 12 * W), Load(accC + 4 * W)), accC + 4 * W);
            s1 = Fma(l, All(b + 4), s1);
            s2 = Fma(q, Load(a2 + 4 * W), s2);
            d4 = Fma(q, dt, d4);
            l = Fma(All(c + 5), g, c5);
            c5 = l * Load(aAt + 5 * W);
            q = c5 * Load(hAt + 5 * W);
            Store(Fma(l, dtx, Load(accB + 5 * W)), accB + 5 * W);
            Store(Fma(g, Load(hAt + 13 * W), Load(accC + 5 * W)), accC + 5 * W);
            s1 = Fma(l, All(b + 5), s1);
            s2 = Fma(q, Load(a2 + 5 * W), s2);
            d5 = Fma(q, dt, d5);
            l = Fma(All(c + 6), g, c6);
            c6 = l * Load(aAt + 6 * W);
            q = c6 * Load(hAt + 6 * W);
            Store(Fma(l, dtx, Load(accB + 6 * W)), accB + 6 * W);
            Store(Fma(g, Load(hAt + 14 * W), Load(accC + 6 * W)), accC + 6 * W);
            s1 = Fma(l, All(b + 6), s1);
            s2 = Fma(q, Load(a2 + 6 * W), s2);
            d6 = Fma(q, dt, d6);
            l = Fma(All(c + 7), g, c7);
            c7 = l * Load(aAt + 7 * W);
            q = c7 * Load(hAt + 7 * W);
            Store(Fma(l, dtx, Load(accB + 7 * W)), accB + 7 * W);
            Store(Fma(g, Load(hAt + 15 * W), Load(accC + 7 * W)), accC + 7 * W);
            s1 = Fma(l, All(b + 7), s1);
            s2 = Fma(q, Load(a2 + 7 * W), s2);
            d7 = Fma(q, dt, d7);
            if (part == 0)
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
            b -= k->Row;
            c -= k->Row;
            hAt -= Part * W;
            aAt -= Part * W;
            accB -= Part * W;
            accC -= Part * W;
        }

        Store(dSkip, k->DSkip + skip);
        Store(c0, carry + 0);
        Store(d0, da + 0);
        Store(c1, carry + W);
        Store(d1, da + W);
        Store(c2, carry + 2 * W);
        Store(d2, da + 2 * W);
        Store(c3, carry + 3 * W);
        Store(d3, da + 3 * W);
        Store(c4, carry + 4 * W);
        Store(d4, da + 4 * W);
        Store(c5, carry + 5 * W);
        Store(d5, da + 5 * W);
        Store(c6, carry + 6 * W);
        Store(d6, da + 6 * W);
        Store(c7, carry + 7 * W);
        Store(d7, da + 7 * W);
    }

    /// <summary>The sums of the lanes of eight vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sums(float* vectors, float* sums)
    {
        Vector256<float> r0 = Avx.HorizontalAdd(Fold(vectors), Fold(vectors + W)), r1 = Avx.HorizontalAdd(Fold(vectors + 2 * W), Fold(vectors + 3 * W));
        Vector256<float> r2 = Avx.HorizontalAdd(Fold(vectors + 4 * W), Fold(vectors + 5 * W)), r3 = Avx.HorizontalAdd(Fold(vectors + 6 * W), Fold(vectors + 7 * W));
        r0 = Avx.HorizontalAdd(r0, r1);
        r2 = Avx.HorizontalAdd(r2, r3);
        (r0.GetLower() + r0.GetUpper()).Store(sums);
        (r2.GetLower() + r2.GetUpper()).Store(sums + 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Fold(float* vector) => Vector256.Load(vector) + Vector256.Load(vector + 8);
}
