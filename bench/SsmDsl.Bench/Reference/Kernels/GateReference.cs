using System.Runtime.CompilerServices;
using SsmDsl.Bench.Cases;
using static SsmDsl.Bench.Reference.Bits512.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace SsmDsl.Bench.Reference.Bits512;

/// <summary>h = (1 - σ(z))·h₋ + σ(z)·c, four vectors of channels an item.</summary>
internal sealed unsafe class GateReference : ReferenceKernel<GateReference.Context>
{
    private const int Block = 4 * W;

    public GateReference(ModelCase model)
        : base(model)
    {
        nint d = model.Input("z").Shape[2];
        *C = new Context
        {
            T = Length,
            D = d,
            Z = Input("z"),
            C = Input("c"),
            Seed = model.Seed("h").Floats,
            H = Result("h", Batch, Length, d),
            DZ = Result("grad.z", Batch, Length, d),
            DC = Result("grad.c", Batch, Length, d),
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
        Context* k = (Context*)context;
        nint d = k->D, at = k->Offset(item);
        float* z = k->Z + at, c = k->C + at, h = k->H + at, end = h + k->T * d;
        V h0 = default, h1 = default, h2 = default, h3 = default;
        for (; h < end; z += d, c += d, h += d)
        {
            h0 = Fma(Sigmoid(Load(z)), Load(c) - h0, h0);
            h1 = Fma(Sigmoid(Load(z + W)), Load(c + W) - h1, h1);
            h2 = Fma(Sigmoid(Load(z + 2 * W)), Load(c + 2 * W) - h2, h2);
            h3 = Fma(Sigmoid(Load(z + 3 * W)), Load(c + 3 * W) - h3, h3);
            Store(h0, h);
            Store(h1, h + W);
            Store(h2, h + 2 * W);
            Store(h3, h + 3 * W);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Backward(nint item, void* context)
    {
        Context* k = (Context*)context;
        nint d = k->D, last = k->Offset(item) + (k->T - 1) * d;
        float* z = k->Z + last, c = k->C + last, h = k->H + last - d, g = k->Seed + last, dz = k->DZ + last, dc = k->DC + last;
        V l0 = default, l1 = default, l2 = default, l3 = default;
        for (nint t = k->T - 1; t > 0; t--, z -= d, c -= d, h -= d, g -= d, dz -= d, dc -= d)
        {
            l0 = Step(l0 + Load(g), z, c, Load(h), dz, dc);
            l1 = Step(l1 + Load(g + W), z + W, c + W, Load(h + W), dz + W, dc + W);
            l2 = Step(l2 + Load(g + 2 * W), z + 2 * W, c + 2 * W, Load(h + 2 * W), dz + 2 * W, dc + 2 * W);
            l3 = Step(l3 + Load(g + 3 * W), z + 3 * W, c + 3 * W, Load(h + 3 * W), dz + 3 * W, dc + 3 * W);
        }

        Step(l0 + Load(g), z, c, default, dz, dc);
        Step(l1 + Load(g + W), z + W, c + W, default, dz + W, dc + W);
        Step(l2 + Load(g + 2 * W), z + 2 * W, c + 2 * W, default, dz + 2 * W, dc + 2 * W);
        Step(l3 + Load(g + 3 * W), z + 3 * W, c + 3 * W, default, dz + 3 * W, dc + 3 * W);
    }

    /// <summary>Gradients of one step; returns what goes on to the step before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Step(V l, float* z, float* c, V past, float* dz, float* dc)
    {
        V s = Sigmoid(Load(z)), share = l * s, rest = l - share;
        Store(share, dc);
        Store(rest * s * (Load(c) - past), dz);
        return rest;
    }

    internal struct Context
    {
        public nint T, D;
        public float* Z, C, Seed, H, DZ, DC;

        public readonly nint Offset(nint item) => item / (D / Block) * T * D + item % (D / Block) * Block;
    }
}
