using System.Runtime.CompilerServices;
using SsmDsl.Bench.Cases;
using static SsmDsl.Bench.Reference.Bits512.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace SsmDsl.Bench.Reference.Bits512;

/// <summary>h = a·h₋ + x with a = exp(-exp(nu)) for each channel; four vectors of channels an item, gradients of a summed in registers.</summary>
internal sealed unsafe class ChannelScanReference : ReferenceKernel<ChannelScanReference.Context>
{
    private const int Block = 4 * W;
    private readonly float* nu;
    private readonly float* dNu;

    public ChannelScanReference(ModelCase model)
        : base(model)
    {
        nint d = model.Input("x").Shape[2];
        nu = Parameter("nu_log");
        *C = new Context
        {
            T = Length,
            D = d,
            A = Scratch(d),
            X = Input("x"),
            Seed = model.Seed("h").Floats,
            H = Result("h", Batch, Length, d),
            DX = Result("grad.x", Batch, Length, d),
            DA = Scratch(Batch * d),
        };
        dNu = Result("grad.nu_log", d);
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
            float sum = 0;
            for (nint b = 0; b < Batch; b++) sum += C->DA[b * C->D + d];
            dNu[d] = -sum * C->A[d] * MathF.Exp(nu[d]);
        }
    }

    private void Coefficients()
    {
        for (nint d = 0; d < C->D; d++) C->A[d] = MathF.Exp(-MathF.Exp(nu[d]));
    }

    private static void Both(nint item, void* context)
    {
        Forward(item, context);
        Backward(item, context);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Forward(nint item, void* context)
    {
        Context* c = (Context*)context;
        nint d = c->D, at = c->Offset(item);
        float* a = c->A + c->Channel(item), x = c->X + at, h = c->H + at, end = h + c->T * d;
        V a0 = Load(a), a1 = Load(a + W), a2 = Load(a + 2 * W), a3 = Load(a + 3 * W);
        V h0 = default, h1 = default, h2 = default, h3 = default;
        for (; h < end; x += d, h += d)
        {
            h0 = Fma(a0, h0, Load(x));
            h1 = Fma(a1, h1, Load(x + W));
            h2 = Fma(a2, h2, Load(x + 2 * W));
            h3 = Fma(a3, h3, Load(x + 3 * W));
            Store(h0, h);
            Store(h1, h + W);
            Store(h2, h + 2 * W);
            Store(h3, h + 3 * W);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Backward(nint item, void* context)
    {
        Context* c = (Context*)context;
        nint d = c->D, last = c->Offset(item) + (c->T - 1) * d;
        float* a = c->A + c->Channel(item), h = c->H + last - d, g = c->Seed + last, dx = c->DX + last;
        V a0 = Load(a), a1 = Load(a + W), a2 = Load(a + 2 * W), a3 = Load(a + 3 * W);
        V l0 = default, l1 = default, l2 = default, l3 = default;
        V s0 = default, s1 = default, s2 = default, s3 = default;
        for (nint t = c->T - 1; t > 0; t--, h -= d, g -= d, dx -= d)
        {
            l0 = Fma(a0, l0, Load(g));
            l1 = Fma(a1, l1, Load(g + W));
            l2 = Fma(a2, l2, Load(g + 2 * W));
            l3 = Fma(a3, l3, Load(g + 3 * W));
            Store(l0, dx);
            Store(l1, dx + W);
            Store(l2, dx + 2 * W);
            Store(l3, dx + 3 * W);
            s0 = Fma(l0, Load(h), s0);
            s1 = Fma(l1, Load(h + W), s1);
            s2 = Fma(l2, Load(h + 2 * W), s2);
            s3 = Fma(l3, Load(h + 3 * W), s3);
        }

        Store(Fma(a0, l0, Load(g)), dx);
        Store(Fma(a1, l1, Load(g + W)), dx + W);
        Store(Fma(a2, l2, Load(g + 2 * W)), dx + 2 * W);
        Store(Fma(a3, l3, Load(g + 3 * W)), dx + 3 * W);
        float* da = c->DA + item * Block;
        Store(s0, da);
        Store(s1, da + W);
        Store(s2, da + 2 * W);
        Store(s3, da + 3 * W);
    }

    internal struct Context
    {
        public nint T, D;
        public float* A, X, Seed, H, DX, DA;

        public readonly nint Channel(nint item) => item % (D / Block) * Block;

        public readonly nint Offset(nint item) => item / (D / Block) * T * D + Channel(item);
    }
}
