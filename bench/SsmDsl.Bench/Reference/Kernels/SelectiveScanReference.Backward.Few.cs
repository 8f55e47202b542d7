using System.Runtime.CompilerServices;
using static SsmDsl.Bench.Reference.Bits512.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;
using Vector512 = System.Runtime.Intrinsics.Vector512;

namespace SsmDsl.Bench.Reference.Bits512;

/// <content>Backward with four states in registers.</content>
internal sealed unsafe partial class SelectiveScanReference
{
    private const int Part = 4;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Recompute(Context* k, nint batch, nint block, nint chunk, int part, nint steps, float* h, float* aAt)
    {
        nint at = (batch * k->T + chunk * Chunk) * k->D + block * W;
        float* x = k->X + at, delta = k->Delta + at, b = k->B + (batch * k->T + chunk * Chunk) * k->Row + part;
        float* a2 = k->A2 + (block * N + part) * W, kept = k->Kept + (((batch * k->Blocks + block) * k->Chunks + chunk) * N + part) * W, hAt = h;
        V a;
        V h0 = Load(kept + 0 * W);
        Store(h0, h + 0 * W);
        V h1 = Load(kept + 1 * W);
        Store(h1, h + 1 * W);
        V h2 = Load(kept + 2 * W);
        Store(h2, h + 2 * W);
        V h3 = Load(kept + 3 * W);
        Store(h3, h + 3 * W);
        for (; steps > 0; steps--, x += k->D, delta += k->D, b += k->Row, aAt += Part * W, hAt += Part * W)
        {
            V dt = Load(delta), dtx = dt * Load(x);
            Store(a = Exp2(dt * Load(a2 + 0 * W)), aAt + 0 * W);
            Store(h0 = Fma(a, h0, dtx * All(b + 0)), hAt + 4 * W);
            Store(a = Exp2(dt * Load(a2 + 1 * W)), aAt + 1 * W);
            Store(h1 = Fma(a, h1, dtx * All(b + 1)), hAt + 5 * W);
            Store(a = Exp2(dt * Load(a2 + 2 * W)), aAt + 2 * W);
            Store(h2 = Fma(a, h2, dtx * All(b + 2)), hAt + 6 * W);
            Store(a = Exp2(dt * Load(a2 + 3 * W)), aAt + 3 * W);
            Store(h3 = Fma(a, h3, dtx * All(b + 3)), hAt + 7 * W);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Walk(Context* k, nint batch, nint block, nint chunk, int part, nint steps, float* h, float* a, float* accB, float* accC)
    {
        nint row = batch * k->T + chunk * Chunk + steps - 1, at = row * k->D + block * W, skip = batch * k->D + block * W;
        float* x = k->X + at, delta = k->Delta + at, seed = k->Seed + at, dx = k->DX + at, dDelta = k->DDelta + at;
        float* b = k->B + row * k->Row + part, c = k->C + row * k->Row + part, a2 = k->A2 + (block * N + part) * W;
        float* carry = k->Carry + ((batch * k->Blocks + block) * N + part) * W, da = k->DA + ((batch * k->Blocks + block) * N + part) * W;
        nint last = (steps - 1) * (Part * W);
        float* hAt = h + last, aAt = a + last;
        accB += last;
        accC += last;
        V c0 = Load(carry + 0 * W), c1 = Load(carry + 1 * W), c2 = Load(carry + 2 * W), c3 = Load(carry + 3 * W);
        V d0 = Load(da + 0 * W), d1 = Load(da + 1 * W), d2 = Load(da + 2 * W), d3 = Load(da + 3 * W);
        V l, q;
        for (; steps > 0; steps--)
        {
            V dt = Load(delta), g = Load(seed), dtx = dt * Load(x), s1 = part == 0 ? default : Load(dx), s2 = part == 0 ? default : Load(dDelta);
            l = Fma(All(c + 0), g, c0);
            c0 = l * Load(aAt + 0 * W);
            q = c0 * Load(hAt + 0 * W);
            Store(Fma(l, dtx, Load(accB + 0 * W)), accB + 0 * W);
            Store(Fma(g, Load(hAt + 4 * W), Load(accC + 0 * W)), accC + 0 * W);
            s1 = Fma(l, All(b + 0), s1);
            s2 = Fma(q, Load(a2 + 0 * W), s2);
            d0 = Fma(q, dt, d0);
            l = Fma(All(c + 1), g, c1);
            c1 = l * Load(aAt + 1 * W);
            q = c1 * Load(hAt + 1 * W);
            Store(Fma(l, dtx, Load(accB + 1 * W)), accB + 1 * W);
            Store(Fma(g, Load(hAt + 5 * W), Load(accC + 1 * W)), accC + 1 * W);
            s1 = Fma(l, All(b + 1), s1);
            s2 = Fma(q, Load(a2 + 1 * W), s2);
            d1 = Fma(q, dt, d1);
            l = Fma(All(c + 2), g, c2);
            c2 = l * Load(aAt + 2 * W);
            q = c2 * Load(hAt + 2 * W);
            Store(Fma(l, dtx, Load(accB + 2 * W)), accB + 2 * W);
            Store(Fma(g, Load(hAt + 6 * W), Load(accC + 2 * W)), accC + 2 * W);
            s1 = Fma(l, All(b + 2), s1);
            s2 = Fma(q, Load(a2 + 2 * W), s2);
            d2 = Fma(q, dt, d2);
            l = Fma(All(c + 3), g, c3);
            c3 = l * Load(aAt + 3 * W);
            q = c3 * Load(hAt + 3 * W);
            Store(Fma(l, dtx, Load(accB + 3 * W)), accB + 3 * W);
            Store(Fma(g, Load(hAt + 7 * W), Load(accC + 3 * W)), accC + 3 * W);
            s1 = Fma(l, All(b + 3), s1);
            s2 = Fma(q, Load(a2 + 3 * W), s2);
            d3 = Fma(q, dt, d3);
            if (part == N - Part)
            {
                s2 = Fma(s1, Load(x), s2 * Vector512.Create(Ln2));
                s1 = Fma(s1, dt, g * Load(k->Skip + block * W));
                Store(Fma(g, Load(x), Load(k->DSkip + skip)), k->DSkip + skip);
            }

            Store(s1, dx);
            Store(s2, dDelta);
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

        Store(c0, carry + 0 * W);
        Store(d0, da + 0 * W);
        Store(c1, carry + 1 * W);
        Store(d1, da + 1 * W);
        Store(c2, carry + 2 * W);
        Store(d2, da + 2 * W);
        Store(c3, carry + 3 * W);
        Store(d3, da + 3 * W);
    }

    /// <summary>The sums of the lanes of each vector of a part.</summary>
    private static void Sums(float* vectors, float* sums)
    {
        for (int i = 0; i < Part; i++) sums[i] = Vector512.Sum(Load(vectors + i * W));
    }
}
