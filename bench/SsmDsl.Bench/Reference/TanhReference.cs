using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SsmDsl.Bench.Cases;
using static SsmDsl.Bench.Reference.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace SsmDsl.Bench.Reference;

/// <summary>h = tanh(w·h₋ + x), 128 channels an item forwards (each vector waits for its own past), 64 backwards.</summary>
internal sealed unsafe class TanhReference : ReferenceKernel<TanhReference.Context>
{
    private const int Wide = 128, Block = 64;
    private readonly float* dW;

    public TanhReference(ModelCase model)
        : base(model)
    {
        nint d = model.Input("x").Shape[2];
        *C = new Context
        {
            T = Length,
            D = d,
            W = Parameter("w"),
            X = Input("x"),
            Seed = model.Seed("h").Floats,
            H = Result("h", Batch, Length, d),
            DX = Result("grad.x", Batch, Length, d),
            DW = Scratch(Batch * d),
        };
        dW = Result("grad.w", d);
    }

    public override void Forward() => For(Batch * C->D / Wide, &Forward);

    public override void ForwardBackward()
    {
        For(Batch * C->D / Wide, &Both);
        for (nint d = 0; d < C->D; d++)
        {
            float sum = 0;
            for (nint b = 0; b < Batch; b++) sum += C->DW[b * C->D + d];
            dW[d] = sum;
        }
    }

    private static void Both(nint item, void* context)
    {
        Forward(item, context);
        Backward(2 * item, context);
        Backward(2 * item + 1, context);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Forward(nint item, void* context)
    {
        Context* k = (Context*)context;
        nint d = k->D, at = k->Offset(item, Wide);
        float* w = k->W + at % d, x = k->X + at, h = k->H + at, end = h + k->T * d;
        V h0 = default, h1 = default, h2 = default, h3 = default, h4 = default, h5 = default, h6 = default, h7 = default;
        for (; h < end; x += d, h += d)
        {
            Store(h0 = Tanh(Fma(Load(w), h0, Load(x))), h);
            Store(h1 = Tanh(Fma(Load(w + 16), h1, Load(x + 16))), h + 16);
            Store(h2 = Tanh(Fma(Load(w + 32), h2, Load(x + 32))), h + 32);
            Store(h3 = Tanh(Fma(Load(w + 48), h3, Load(x + 48))), h + 48);
            Store(h4 = Tanh(Fma(Load(w + 64), h4, Load(x + 64))), h + 64);
            Store(h5 = Tanh(Fma(Load(w + 80), h5, Load(x + 80))), h + 80);
            Store(h6 = Tanh(Fma(Load(w + 96), h6, Load(x + 96))), h + 96);
            Store(h7 = Tanh(Fma(Load(w + 112), h7, Load(x + 112))), h + 112);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Backward(nint item, void* context)
    {
        Context* k = (Context*)context;
        nint d = k->D, first = k->Offset(item, Block), last = first + (k->T - 1) * d;
        float* w = k->W + first % d, h = k->H + last, g = k->Seed + last, dx = k->DX + last;
        V w0 = Load(w), w1 = Load(w + 16), w2 = Load(w + 32), w3 = Load(w + 48), one = Vector512.Create(1f);
        V l0 = default, l1 = default, l2 = default, l3 = default, s0 = default, s1 = default, s2 = default, s3 = default;
        V h0 = Load(h), h1 = Load(h + 16), h2 = Load(h + 32), h3 = Load(h + 48);
        for (nint t = k->T - 1; t >= 0; t--, g -= d, dx -= d)
        {
            l0 = Fma(w0, l0, Load(g)) * (one - h0 * h0);
            l1 = Fma(w1, l1, Load(g + 16)) * (one - h1 * h1);
            l2 = Fma(w2, l2, Load(g + 32)) * (one - h2 * h2);
            l3 = Fma(w3, l3, Load(g + 48)) * (one - h3 * h3);
            Store(l0, dx);
            Store(l1, dx + 16);
            Store(l2, dx + 32);
            Store(l3, dx + 48);
            if (t == 0) break;
            h -= d;
            s0 = Fma(l0, h0 = Load(h), s0);
            s1 = Fma(l1, h1 = Load(h + 16), s1);
            s2 = Fma(l2, h2 = Load(h + 32), s2);
            s3 = Fma(l3, h3 = Load(h + 48), s3);
        }

        float* dw = k->DW + item * Block;
        Store(s0, dw);
        Store(s1, dw + 16);
        Store(s2, dw + 32);
        Store(s3, dw + 48);
    }

    internal struct Context
    {
        public nint T, D;
        public float* W, X, Seed, H, DX, DW;

        public readonly nint Offset(nint item, nint block) => item / (D / block) * T * D + item % (D / block) * block;
    }
}
