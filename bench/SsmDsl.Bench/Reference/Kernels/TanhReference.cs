using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SsmDsl.Bench.Cases;
using static SsmDsl.Bench.Reference.Bits512.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace SsmDsl.Bench.Reference.Bits512;

/// <summary>h = tanh(w·h₋ + x), eight vectors of channels an item forwards (each waits for its own past), four backwards.</summary>
internal sealed unsafe class TanhReference : ReferenceKernel<TanhReference.Context>
{
    private const int Wide = 8 * W, Block = 4 * W;
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
            Store(h1 = Tanh(Fma(Load(w + W), h1, Load(x + W))), h + W);
            Store(h2 = Tanh(Fma(Load(w + 2 * W), h2, Load(x + 2 * W))), h + 2 * W);
            Store(h3 = Tanh(Fma(Load(w + 3 * W), h3, Load(x + 3 * W))), h + 3 * W);
            Store(h4 = Tanh(Fma(Load(w + 4 * W), h4, Load(x + 4 * W))), h + 4 * W);
            Store(h5 = Tanh(Fma(Load(w + 5 * W), h5, Load(x + 5 * W))), h + 5 * W);
            Store(h6 = Tanh(Fma(Load(w + 6 * W), h6, Load(x + 6 * W))), h + 6 * W);
            Store(h7 = Tanh(Fma(Load(w + 7 * W), h7, Load(x + 7 * W))), h + 7 * W);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Backward(nint item, void* context)
    {
        Context* k = (Context*)context;
        nint d = k->D, first = k->Offset(item, Block), last = first + (k->T - 1) * d;
        float* w = k->W + first % d, h = k->H + last, g = k->Seed + last, dx = k->DX + last;
        V w0 = Load(w), w1 = Load(w + W), w2 = Load(w + 2 * W), w3 = Load(w + 3 * W), one = Vector512.Create(1f);
        V l0 = default, l1 = default, l2 = default, l3 = default, s0 = default, s1 = default, s2 = default, s3 = default;
        V h0 = Load(h), h1 = Load(h + W), h2 = Load(h + 2 * W), h3 = Load(h + 3 * W);
        for (nint t = k->T - 1; t >= 0; t--, g -= d, dx -= d)
        {
            l0 = Fma(w0, l0, Load(g)) * (one - h0 * h0);
            l1 = Fma(w1, l1, Load(g + W)) * (one - h1 * h1);
            l2 = Fma(w2, l2, Load(g + 2 * W)) * (one - h2 * h2);
            l3 = Fma(w3, l3, Load(g + 3 * W)) * (one - h3 * h3);
            Store(l0, dx);
            Store(l1, dx + W);
            Store(l2, dx + 2 * W);
            Store(l3, dx + 3 * W);
            if (t == 0) break;
            h -= d;
            s0 = Fma(l0, h0 = Load(h), s0);
            s1 = Fma(l1, h1 = Load(h + W), s1);
            s2 = Fma(l2, h2 = Load(h + 2 * W), s2);
            s3 = Fma(l3, h3 = Load(h + 3 * W), s3);
        }

        float* dw = k->DW + item * Block;
        Store(s0, dw);
        Store(s1, dw + W);
        Store(s2, dw + 2 * W);
        Store(s3, dw + 3 * W);
    }

    internal struct Context
    {
        public nint T, D;
        public float* W, X, Seed, H, DX, DW;

        public readonly nint Offset(nint item, nint block) => item / (D / block) * T * D + item % (D / block) * block;
    }
}
