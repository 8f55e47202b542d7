using System.Runtime.CompilerServices;
using SsmDsl.Bench.Cases;
using static SsmDsl.Bench.Reference.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace SsmDsl.Bench.Reference;

/// <summary>h = a·h₋ + x, 64 channels an item, states in registers; D is a multiple of 64.</summary>
internal sealed unsafe class RealScanReference : ReferenceKernel<RealScanReference.Context>
{
    private const int Block = 64;

    public RealScanReference(ModelCase model)
        : base(model)
    {
        nint d = model.Input("a").Shape[2];
        *C = new Context
        {
            T = Length,
            D = d,
            A = Input("a"),
            X = Input("x"),
            Seed = model.Seed("h").Floats,
            H = Result("h", Batch, Length, d),
            DA = Result("grad.a", Batch, Length, d),
            DX = Result("grad.x", Batch, Length, d),
        };
    }

    public override void Forward() => For(Batch * C->D / Block, &Forward);

    public override void ForwardBackward() => For(Batch * C->D / Block, &Both);

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
        float* a = c->A + at, x = c->X + at, h = c->H + at, end = h + c->T * d;
        V h0 = default, h1 = default, h2 = default, h3 = default;
        for (; h < end; a += d, x += d, h += d)
        {
            h0 = Fma(Load(a), h0, Load(x));
            h1 = Fma(Load(a + 16), h1, Load(x + 16));
            h2 = Fma(Load(a + 32), h2, Load(x + 32));
            h3 = Fma(Load(a + 48), h3, Load(x + 48));
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
        float* a = c->A + last, h = c->H + last - d, g = c->Seed + last, da = c->DA + last, dx = c->DX + last;
        V l0 = default, l1 = default, l2 = default, l3 = default;
        for (nint t = c->T - 1; t > 0; t--, a -= d, h -= d, g -= d, da -= d, dx -= d)
        {
            // l holds a of the next step times its adjoint.
            l0 += Load(g);
            l1 += Load(g + 16);
            l2 += Load(g + 32);
            l3 += Load(g + 48);
            Store(l0, dx);
            Store(l1, dx + 16);
            Store(l2, dx + 32);
            Store(l3, dx + 48);
            Store(l0 * Load(h), da);
            Store(l1 * Load(h + 16), da + 16);
            Store(l2 * Load(h + 32), da + 32);
            Store(l3 * Load(h + 48), da + 48);
            l0 *= Load(a);
            l1 *= Load(a + 16);
            l2 *= Load(a + 32);
            l3 *= Load(a + 48);
        }

        Store(l0 + Load(g), dx);
        Store(l1 + Load(g + 16), dx + 16);
        Store(l2 + Load(g + 32), dx + 32);
        Store(l3 + Load(g + 48), dx + 48);
        for (int i = 0; i < Block; i += 16) Store(default, da + i);
    }

    internal struct Context
    {
        public nint T, D;
        public float* A, X, Seed, H, DA, DX;

        public readonly nint Offset(nint item)
        {
            nint blocks = D / Block;
            return item / blocks * T * D + item % blocks * Block;
        }
    }
}
