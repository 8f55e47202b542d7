using System.Runtime.CompilerServices;
using SsmDsl.Bench.Cases;
using static SsmDsl.Bench.Reference.Bits512.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace SsmDsl.Bench.Reference.Bits512;

/// <summary>
/// h = a·h₋ + x, four vectors of channels an item, states in registers. The last item's vectors overlap where D is no multiple of as many.
/// </summary>
internal sealed unsafe class RealScanReference : ReferenceKernel<RealScanReference.Context>
{
    private const int Block = 4 * W;

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

    public override void Forward() => For(Batch * C->Blocks, &Forward);

    public override void ForwardBackward() => For(Batch * C->Blocks, &Both);

    private static void Both(nint item, void* context)
    {
        Forward(item, context);
        Backward(item, context);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Forward(nint item, void* context)
    {
        Context* c = (Context*)context;
        nint d = c->D, at = c->Offset(item), i = c->Vector(item, 1), j = c->Vector(item, 2), k = c->Vector(item, 3);
        float* a = c->A + at, x = c->X + at, h = c->H + at, end = h + c->T * d;
        V h0 = default, h1 = default, h2 = default, h3 = default;
        for (; h < end; a += d, x += d, h += d)
        {
            h0 = Fma(Load(a), h0, Load(x));
            h1 = Fma(Load(a + i), h1, Load(x + i));
            h2 = Fma(Load(a + j), h2, Load(x + j));
            h3 = Fma(Load(a + k), h3, Load(x + k));
            Store(h0, h);
            Store(h1, h + i);
            Store(h2, h + j);
            Store(h3, h + k);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Backward(nint item, void* context)
    {
        Context* c = (Context*)context;
        nint d = c->D, last = c->Offset(item) + (c->T - 1) * d, i = c->Vector(item, 1), j = c->Vector(item, 2), k = c->Vector(item, 3);
        float* a = c->A + last, h = c->H + last - d, g = c->Seed + last, da = c->DA + last, dx = c->DX + last;
        V l0 = default, l1 = default, l2 = default, l3 = default;
        for (nint t = c->T - 1; t > 0; t--, a -= d, h -= d, g -= d, da -= d, dx -= d)
        {
            // l holds a of the next step times its adjoint.
            l0 += Load(g);
            l1 += Load(g + i);
            l2 += Load(g + j);
            l3 += Load(g + k);
            Store(l0, dx);
            Store(l1, dx + i);
            Store(l2, dx + j);
            Store(l3, dx + k);
            Store(l0 * Load(h), da);
            Store(l1 * Load(h + i), da + i);
            Store(l2 * Load(h + j), da + j);
            Store(l3 * Load(h + k), da + k);
            l0 *= Load(a);
            l1 *= Load(a + i);
            l2 *= Load(a + j);
            l3 *= Load(a + k);
        }

        Store(l0 + Load(g), dx);
        Store(l1 + Load(g + i), dx + i);
        Store(l2 + Load(g + j), dx + j);
        Store(l3 + Load(g + k), dx + k);
        Store(default, da);
        Store(default, da + i);
        Store(default, da + j);
        Store(default, da + k);
    }

    internal struct Context
    {
        public nint T, D;
        public float* A, X, Seed, H, DA, DX;

        public readonly nint Blocks => (D + Block - 1) / Block;

        public readonly nint Offset(nint item) => item / Blocks * T * D + Channel(item);

        /// <summary>Where a vector of the item begins, from its first one.</summary>
        public readonly nint Vector(nint item, nint vector) => Math.Min(W * vector, D - W - Channel(item));

        private readonly nint Channel(nint item) => Math.Min(item % Blocks * Block, D - W);
    }
}
