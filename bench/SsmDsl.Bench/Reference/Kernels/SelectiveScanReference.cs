using SsmDsl.Bench.Cases;
using static SsmDsl.Bench.Reference.Bits512.Lanes;

namespace SsmDsl.Bench.Reference.Bits512;

/// <summary>
/// The selective scan with 16 states: channels in the lanes and the states in registers; backwards from states kept every
/// few steps, some states at a time so that what is computed again stays in the first cache.
/// </summary>
internal sealed unsafe partial class SelectiveScanReference : ReferenceKernel<SelectiveScanReference.Context>
{
    /// <summary>States of a channel, steps between two kept states.</summary>
    public const int N = 16, Chunk = 16;

    public const float Ln2 = 0.69314718f;

    private readonly float* aLog;
    private readonly float* dALog;
    private readonly float* dSkip;

    public SelectiveScanReference(ModelCase model)
        : base(model)
    {
        nint d = model.Input("x").Shape[2], blocks = d / W, chunks = (Length + Chunk - 1) / Chunk;

        // Enough items for a few threads; a function of the sizes only.
        nint slices = Math.Min(blocks, Math.Max(1, 8 / Batch));
        aLog = Parameter("A_log");
        *C = new Context
        {
            T = Length,
            D = d,
            Row = N,
            Batch = Batch,
            Chunks = chunks,
            Slices = slices,
            X = Input("x"),
            Delta = Input("delta"),
            B = Input("B"),
            C = Input("C"),
            Skip = Parameter("D_skip"),
            Seed = model.Seed("y").Floats,
            A2 = Scratch(d * N),
            Kept = Scratch(Batch * blocks * chunks * N * W),
            Y = Result("y", Batch, Length, d),
            DX = Result("grad.x", Batch, Length, d),
            DDelta = Result("grad.delta", Batch, Length, d),
            PartB = Scratch(slices * Batch * Length * N),
            PartC = Scratch(slices * Batch * Length * N),
            DB = Result("grad.B", Batch, Length, N),
            DC = Result("grad.C", Batch, Length, N),
            DA = Scratch(Batch * d * N),
            DSkip = Scratch(Batch * d),
            Carry = Scratch(Batch * d * N),
        };
        dALog = Result("grad.A_log", d, N);
        dSkip = Result("grad.D_skip", d);
    }

    public override void Forward()
    {
        Coefficients();
        For(Batch * C->D / W, &Forward);
    }

    public override void ForwardBackward()
    {
        Coefficients();
        For(Batch * C->D / W, &ForwardKeeping);
        For(Batch * C->Slices, &Backward);
        For(Batch * Length, &SumSlices);
        SumBatch();
    }

    private static void Forward(nint item, void* context) => Forward((Context*)context, item, keep: false);

    private static void ForwardKeeping(nint item, void* context) => Forward((Context*)context, item, keep: true);

    /// <summary>A·log2(e) as [D/W][N][W].</summary>
    private void Coefficients()
    {
        for (nint d = 0; d < C->D; d++)
        {
            for (nint n = 0; n < N; n++) C->A2[(d / W * N + n) * W + d % W] = -MathF.Exp(aLog[d * N + n]) * Log2E;
        }
    }

    private static void SumSlices(nint row, void* context)
    {
        Context* c = (Context*)context;
        nint stride = c->Rows * N;
        for (nint at = row * N; at < (row + 1) * N; at += W)
        {
            var (b, s) = (Load(c->PartB + at), Load(c->PartC + at));
            for (nint slice = 1; slice < c->Slices; slice++)
            {
                b += Load(c->PartB + at + slice * stride);
                s += Load(c->PartC + at + slice * stride);
            }

            Store(b, c->DB + at);
            Store(s, c->DC + at);
        }
    }

    private void SumBatch()
    {
        for (nint d = 0; d < C->D; d++)
        {
            float skip = 0;
            for (nint b = 0; b < Batch; b++) skip += C->DSkip[b * C->D + d];
            dSkip[d] = skip;
            for (nint n = 0; n < N; n++)
            {
                nint at = (d / W * N + n) * W + d % W;
                float sum = 0;
                for (nint b = 0; b < Batch; b++) sum += C->DA[b * C->D * N + at];
                dALog[d * N + n] = sum * C->A2[at] * Ln2;
            }
        }
    }

    internal struct Context
    {
        public nint T, D, Chunks, Slices;

        /// <summary>From row to row of B and C.</summary>
        public nint Row;
        public float* X, Delta, B, C, Skip, Seed, A2, Kept, Y, DX, DDelta, PartB, PartC, DB, DC, DA, DSkip, Carry;

        public readonly nint Blocks => D / W;

        public readonly nint Rows => Batch * T;

        public nint Batch;
    }
}
