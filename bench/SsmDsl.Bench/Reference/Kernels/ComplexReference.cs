using System.Runtime.InteropServices;
using SsmDsl.Bench.Cases;
using static SsmDsl.Bench.Reference.Bits512.Lanes;

namespace SsmDsl.Bench.Reference.Bits512;

/// <summary>
/// h = λ·h₋ + x for eight complex states a channel, y = Re Σ C·h: channels in the lanes; backwards from kept states, as many
/// of the eight at a time as there are registers for.
/// </summary>
internal sealed unsafe partial class ComplexReference : ReferenceKernel<ComplexReference.Context>
{
    private const int N = 8, Chunk = 16;

    private readonly float* nu;
    private readonly float* theta;
    private readonly float* cRe;
    private readonly float* cIm;
    private readonly float* dNu;
    private readonly float* dTheta;
    private readonly float* dCRe;
    private readonly float* dCIm;

    public ComplexReference(ModelCase model)
        : base(model)
    {
        nint d = model.Input("x").Shape[2], chunks = (Length + Chunk - 1) / Chunk;
        nu = Parameter("nu_log");
        theta = Parameter("theta");
        cRe = Parameter("C_re");
        cIm = Parameter("C_im");
        *C = new Context
        {
            T = Length,
            D = d,
            Chunks = chunks,
            Weights = Scratch(4 * d * N),
            X = Input("x"),
            Seed = model.Seed("y").Floats,
            Kept = Scratch(Batch * d * chunks * 2 * N),
            Y = Result("y", Batch, Length, d),
            DX = Result("grad.x", Batch, Length, d),
            Sums = Scratch(4 * Batch * d * N),
        };
        dNu = Result("grad.nu_log", d, N);
        dTheta = Result("grad.theta", d, N);
        dCRe = Result("grad.C_re", d, N);
        dCIm = Result("grad.C_im", d, N);
    }

    public override void Forward()
    {
        Coefficients();
        For(Batch * C->D / W, &Forward);
    }

    public override void ForwardBackward()
    {
        Coefficients();
        For(Batch * C->D / W, &Both);
        nint all = C->D * N;
        for (nint d = 0; d < C->D; d++)
        {
            for (nint n = 0; n < N; n++)
            {
                nint from = Place(d, n), to = d * N + n;
                float re = 0, im = 0, sumRe = 0, sumIm = 0;
                for (nint b = 0; b < Batch; b++)
                {
                    float* sums = C->Sums + b * 4 * all + from;
                    re += sums[0];
                    im += sums[W];
                    sumRe += sums[2 * W];
                    sumIm += sums[3 * W];
                }

                // ∂λ/∂nu = -exp(nu)·λ, ∂λ/∂theta = i·λ.
                (float lr, float li) = (C->Weights[from], C->Weights[from + W]);
                dNu[to] = -MathF.Exp(nu[to]) * (re * lr + im * li);
                dTheta[to] = im * lr - re * li;
                dCRe[to] = sumRe;
                dCIm[to] = -sumIm;
            }
        }
    }

    private static void Forward(nint item, void* context) => Forward((Context*)context, item, null);

    private static void Both(nint item, void* context)
    {
        Context* k = (Context*)context;
        float* kept = k->Kept + item * k->Chunks * 2 * N * W, sums = k->Sums + item * 4 * N * W;
        Forward(k, item, kept);
        NativeMemory.Clear(sums, 4 * N * W * sizeof(float));
        float* local = stackalloc float[(Chunk + 1) * 2 * Part * W + 2 * N * W + 64 / sizeof(float)];
        float* adjoints = (float*)(((nuint)local + 63) & ~(nuint)63), h = adjoints + 2 * N * W;
        NativeMemory.Clear(adjoints, 2 * N * W * sizeof(float));
        for (nint chunk = k->Chunks - 1; chunk >= 0; chunk--)
        {
            for (int part = 0; part < N / Part; part++)
            {
                Recompute(k, item, chunk, part, kept + (chunk * (N / Part) + part) * 2 * Part * W, h);
                Walk(k, item, chunk, part, h, adjoints + part * 2 * Part * W, sums + part * 4 * Part * W);
            }
        }
    }

    /// <summary>Of a channel and a state: λ, then C, each with its real and its imaginary part, channels side by side.</summary>
    private static nint Place(nint d, nint n) => (d / W * N + n) * 4 * W + d % W;

    private void Coefficients()
    {
        for (nint d = 0; d < C->D; d++)
        {
            for (nint n = 0; n < N; n++)
            {
                float size = MathF.Exp(-MathF.Exp(nu[d * N + n])), phase = theta[d * N + n];
                float* to = C->Weights + Place(d, n);
                to[0] = size * MathF.Cos(phase);
                to[W] = size * MathF.Sin(phase);
                to[2 * W] = cRe[d * N + n];
                to[3 * W] = cIm[d * N + n];
            }
        }
    }

    internal struct Context
    {
        public nint T, D, Chunks;
        public float* Weights, X, Seed, Kept, Y, DX, Sums;
    }
}
