using System.Runtime.CompilerServices;
using SsmDsl.Bench.Cases;
using static SsmDsl.Bench.Reference.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace SsmDsl.Bench.Reference;

/// <summary>h = a·h₋ + x with a = exp(-exp(nu)) for each channel; 64 channels an item, gradients of a summed in registers.</summary>
internal sealed unsafe class ChannelScanReference : ReferenceKernel<ChannelScanReference.Context>
{
    private const int Block = 64;
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
        V a0 = Load(a), a1 = Load(a + 16), a2 = Load(a + 32), a3 = Load(a + 48);
        V h0 = default, h1 = default, h2 = default, h3 = default;
        for (; h < end; x += d, h += d)
        {
            h0 = Fma(a0, h0, Load(x));
            h1 = Fma(a1, h1, Load(x + 16));
            h2 = Fma(a2, h2, Load(x + 32));
            h3 = Fma(a3, h3, Load(x + 48));
            Store(h0, h);
            Store(h1, h + 16);
            Store(h2, h + 32);
            Store(h3, h + 48);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Backward(nint item, void* context)
    {
        Context* c = (Context*)context;
        nint d = c->D, last = c->Offset(item) + (c->T - 1) * d;
        float* a = c->A + c->Channel(item), h = c->H + last - d, g = c->Seed + last, dx = c->DX + last;
        V a0 = Load(a), a1 = Load(a + 16), a2 = Load(a + 32), a3 = Load(a + 48);
        V l0 = default, l1 = default, l2 = default, l3 = default;
        V s0 = default, s1 = default, s2 = default, s3 = default;
        for (nint t = c->T - 1; t > 0; t--, h -= d, g -= d, dx -= d)
        {
            l0 = Fma(a0, l0, Load(g));
            l1 = Fma(a1, l1, Load(g + 16));
            l2 = Fma(a2, l2, Load(g + 32));
            l3 = Fma(a3, l3, Load(g + 48));
            Store(l0, dx);
            Store(l1, dx + 16);
            Store(l2, dx + 32);
            Store(l3, dx + 48);
            s0 = Fma(l0, Load(h), s0);
            s1 = Fma(l1, Load(h + 16), s1);
            s2 = Fma(l2, Load(h + 32), s2);
            s3 = Fma(l3, Load(h + 48), s3);
        }

        Store(Fma(a0, l0, Load(g)), dx);
        Store(Fma(a1, l1, Load(g + 16)), dx + 16);
        Store(Fma(a2, l2, Load(g + 32)), dx + 32);
        Store(Fma(a3, l3, Load(g + 48)), dx + 48);
        float* da = c->DA + item * Block;
        Store(s0, da);
        Store(s1, da + 16);
        Store(s2, da + 32);
        Store(s3, da + 48);
    }

    internal struct Context
    {
        public nint T, D;
        public float* A, X, Seed, H, DX, DA;

        public readonly nint Channel(nint item) => item % (D / Block) * Block;

        public readonly nint Offset(nint item) => item / (D / Block) * T * D + Channel(item);
    }
}
