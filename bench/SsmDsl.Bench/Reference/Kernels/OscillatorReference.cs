using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SsmDsl.Bench.Cases;
using static SsmDsl.Bench.Reference.Bits512.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace SsmDsl.Bench.Reference.Bits512;

/// <summary>v = g·v₋ + x - k·p₋, p = p₋ + 0.1·v; two vectors of channels an item, the speeds of an item kept in the second cache.</summary>
internal sealed unsafe class OscillatorReference : ReferenceKernel<OscillatorReference.Context>
{
    private const int Block = 2 * W;
    private const float Step = 0.1f;
    private readonly float* damping;
    private readonly float* stiffness;
    private readonly float* dDamping;
    private readonly float* dStiffness;

    public OscillatorReference(ModelCase model)
        : base(model)
    {
        nint d = model.Input("x").Shape[2];
        damping = Parameter("damping");
        stiffness = Parameter("stiffness");
        *C = new Context
        {
            T = Length,
            D = d,
            G = Scratch(d),
            K = Scratch(d),
            X = Input("x"),
            Seed = model.Seed("p").Floats,
            P = Result("p", Batch, Length, d),
            Speeds = Scratch(Batch * Length * d),
            DX = Result("grad.x", Batch, Length, d),
            DG = Scratch(Batch * d),
            DK = Scratch(Batch * d),
        };
        dDamping = Result("grad.damping", d);
        dStiffness = Result("grad.stiffness", d);
    }

    public override void Forward()
    {
        Coefficients();
        For(Batch * C->D / Block, &Forward);
    }

    public override void ForwardBackward()
    {
        Coefficients();
        For(Batch * C->D / Block, &Both);
        for (nint d = 0; d < C->D; d++)
        {
            float g = 0, k = 0;
            for (nint b = 0; b < Batch; b++)
            {
                g += C->DG[b * C->D + d];
                k += C->DK[b * C->D + d];
            }

            dDamping[d] = -g * C->G[d] * MathF.Exp(damping[d]);
            dStiffness[d] = -k * C->K[d];
        }
    }

    private void Coefficients()
    {
        for (nint d = 0; d < C->D; d++)
        {
            C->G[d] = MathF.Exp(-MathF.Exp(damping[d]));
            C->K[d] = MathF.Exp(stiffness[d]);
        }
    }

    private static void Forward(nint item, void* context) => Run((Context*)context, item, null);

    private static void Both(nint item, void* context)
    {
        Context* c = (Context*)context;
        float* speeds = c->Speeds + item * c->T * Block;
        Run(c, item, speeds);
        Backward(c, item, speeds);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run(Context* c, nint item, float* speeds)
    {
        nint d = c->D, at = c->Offset(item);
        float* x = c->X + at, p = c->P + at, end = p + c->T * d;
        V g0 = Load(c->G + at % d), g1 = Load(c->G + at % d + W), k0 = Load(c->K + at % d), k1 = Load(c->K + at % d + W);
        V v0 = default, v1 = default, p0 = default, p1 = default, step = Vector512.Create(Step);
        for (; p < end; x += d, p += d)
        {
            v0 = Fma(g0, v0, Load(x)) - k0 * p0;
            v1 = Fma(g1, v1, Load(x + W)) - k1 * p1;
            p0 = Fma(step, v0, p0);
            p1 = Fma(step, v1, p1);
            Store(p0, p);
            Store(p1, p + W);
            if (speeds == null) continue;
            Store(v0, speeds);
            Store(v1, speeds + W);
            speeds += Block;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Backward(Context* c, nint item, float* speeds)
    {
        nint d = c->D, first = c->Offset(item), last = first + (c->T - 1) * d;
        float* p = c->P + last, seed = c->Seed + last, dx = c->DX + last, v = speeds + (c->T - 1) * Block;
        V g0 = Load(c->G + first % d), g1 = Load(c->G + first % d + W), k0 = Load(c->K + first % d), k1 = Load(c->K + first % d + W);
        V lv0 = default, lv1 = default, lp0 = default, lp1 = default, step = Vector512.Create(Step);
        V dg0 = default, dg1 = default, dk0 = default, dk1 = default;
        for (nint t = c->T - 1; t >= 0; t--, seed -= d, dx -= d)
        {
            lp0 += Load(seed) - k0 * lv0;
            lp1 += Load(seed + W) - k1 * lv1;
            lv0 = Fma(step, lp0, g0 * lv0);
            lv1 = Fma(step, lp1, g1 * lv1);
            Store(lv0, dx);
            Store(lv1, dx + W);
            if (t == 0) break;
            p -= d;
            v -= Block;
            dg0 = Fma(lv0, Load(v), dg0);
            dg1 = Fma(lv1, Load(v + W), dg1);
            dk0 = Fma(lv0, Load(p), dk0);
            dk1 = Fma(lv1, Load(p + W), dk1);
        }

        nint to = item * Block;
        Store(dg0, c->DG + to);
        Store(dg1, c->DG + to + W);
        Store(dk0, c->DK + to);
        Store(dk1, c->DK + to + W);
    }

    internal struct Context
    {
        public nint T, D;
        public float* G, K, X, Seed, P, Speeds, DX, DG, DK;

        public readonly nint Offset(nint item) => item / (D / Block) * T * D + item % (D / Block) * Block;
    }
}
