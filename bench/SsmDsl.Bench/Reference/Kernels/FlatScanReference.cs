using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SsmDsl.Bench.Cases;
using static SsmDsl.Bench.Reference.Bits512.Lanes;
using static SsmDsl.Bench.Reference.VectorForms;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace SsmDsl.Bench.Reference.Bits512;

/// <summary>
/// h = a·h₋ + x with few channels: sequences in the lanes, turned four positions at a time; on flat rows the past of a
/// position lies D before it. T·D is a multiple of 4, the batch of the lanes.
/// </summary>
internal sealed unsafe class FlatScanReference : ReferenceKernel<FlatScanReference.Context>
{
    private const int MostChannels = 16;

    public FlatScanReference(ModelCase model)
        : base(model)
    {
        nint d = model.Input("a").Shape[2];
        *C = new Context
        {
            D = d,
            Row = Length * d,
            A = Input("a"),
            X = Input("x"),
            Seed = model.Seed("h").Floats,
            H = Result("h", Batch, Length, d),
            DA = Result("grad.a", Batch, Length, d),
            DX = Result("grad.x", Batch, Length, d),
        };
    }

    public override void Forward() => For(Batch / W, &Forward);

    public override void ForwardBackward() => For(Batch / W, &Both);

    private static void Both(nint item, void* context)
    {
        Forward(item, context);
        Backward(item, context);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Forward(nint item, void* context)
    {
        Context* c = (Context*)context;
        nint row = c->Row, d = c->D;
        float* a = c->A + item * W * row, x = c->X + item * W * row, h = c->H + item * W * row;
        float* ring = stackalloc float[MostChannels * W], end = ring + d * W, at = ring;
        NativeMemory.Clear(ring, MostChannels * W * sizeof(float));
        V past = default;
        for (nint i = 0; i < row; i += 4)
        {
            Turn(a + i, row, out V a0, out V a1, out V a2, out V a3);
            Turn(x + i, row, out V x0, out V x1, out V x2, out V x3);
            if (d == 1)
            {
                x0 = Fma(a0, past, x0);
                x1 = Fma(a1, x0, x1);
                x2 = Fma(a2, x1, x2);
                past = x3 = Fma(a3, x2, x3);
            }
            else
            {
                Store(x0 = Fma(a0, Load(at), x0), at);
                at = at + W == end ? ring : at + W;
                Store(x1 = Fma(a1, Load(at), x1), at);
                at = at + W == end ? ring : at + W;
                Store(x2 = Fma(a2, Load(at), x2), at);
                at = at + W == end ? ring : at + W;
                Store(x3 = Fma(a3, Load(at), x3), at);
                at = at + W == end ? ring : at + W;
            }

            TurnBack(x0, x1, x2, x3, h + i, row);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Backward(nint item, void* context)
    {
        Context* c = (Context*)context;
        nint row = c->Row, d = c->D, first = item * W * row;
        float* a = c->A + first, g = c->Seed + first, h = c->H + first - d, da = c->DA + first, dx = c->DX + first;
        float* ring = stackalloc float[MostChannels * W], last = ring + (d - 1) * W, at = last;
        NativeMemory.Clear(ring, MostChannels * W * sizeof(float));
        for (nint i = row - 4; i >= 0; i -= 4)
        {
            Turn(a + i, row, out V a0, out V a1, out V a2, out V a3);
            Turn(g + i, row, out V l0, out V l1, out V l2, out V l3);
            l3 += Load(at);
            Store(a3 * l3, at);
            at = at == ring ? last : at - W;
            l2 += Load(at);
            Store(a2 * l2, at);
            at = at == ring ? last : at - W;
            l1 += Load(at);
            Store(a1 * l1, at);
            at = at == ring ? last : at - W;
            l0 += Load(at);
            Store(a0 * l0, at);
            at = at == ring ? last : at - W;
            TurnBack(l0, l1, l2, l3, dx + i, row);

            // The past of the first positions is not read: their gradient is cleared below.
            Turn(h + i, row, out a0, out a1, out a2, out a3);
            TurnBack(l0 * a0, l1 * a1, l2 * a2, l3 * a3, da + i, row);
        }

        for (nint sequence = 0; sequence < W; sequence++) NativeMemory.Clear(da + sequence * row, (nuint)(d * sizeof(float)));
    }

    /// <summary>Four positions of as many rows as there are lanes, one vector a position; the lanes hold rows 0, 1, 2, 3 mod 4 in blocks of four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn(float* from, nint row, out V v0, out V v1, out V v2, out V v3)
    {
        LoadBlocks(from, 4 * row, out V r0);
        LoadBlocks(from + row, 4 * row, out V r1);
        LoadBlocks(from + 2 * row, 4 * row, out V r2);
        LoadBlocks(from + 3 * row, 4 * row, out V r3);
        Turn(r0, r1, r2, r3, out v0, out v1, out v2, out v3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TurnBack(V v0, V v1, V v2, V v3, float* to, nint row)
    {
        Turn(v0, v1, v2, v3, out V r0, out V r1, out V r2, out V r3);
        StoreBlocks(r0, to, 4 * row);
        StoreBlocks(r1, to + row, 4 * row);
        StoreBlocks(r2, to + 2 * row, 4 * row);
        StoreBlocks(r3, to + 3 * row, 4 * row);
    }

    /// <summary>The transpose of the 4×4 blocks in each quarter of four vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn(V r0, V r1, V r2, V r3, out V v0, out V v1, out V v2, out V v3)
    {
        V low01 = UnpackLow(r0, r1), high01 = UnpackHigh(r0, r1), low23 = UnpackLow(r2, r3), high23 = UnpackHigh(r2, r3);
        v0 = PairsLow(low01, low23);
        v1 = PairsHigh(low01, low23);
        v2 = PairsLow(high01, high23);
        v3 = PairsHigh(high01, high23);
    }

    internal struct Context
    {
        public nint D, Row;
        public float* A, X, Seed, H, DA, DX;
    }
}
