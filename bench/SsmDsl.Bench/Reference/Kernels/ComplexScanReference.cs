using System.Runtime.CompilerServices;
using SsmDsl.Bench.Cases;
using static SsmDsl.Bench.Reference.Bits512.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace SsmDsl.Bench.Reference.Bits512;

/// <summary>h = λ·h₋ + x, complex and planar; four vectors of channels an item, states and λ in registers.</summary>
internal sealed unsafe partial class ComplexScanReference : ReferenceKernel<ComplexScanReference.Context>
{
    private const int Block = 4 * W;
    private readonly float* nu;
    private readonly float* theta;
    private readonly float* dNu;
    private readonly float* dTheta;

    public ComplexScanReference(ModelCase model)
        : base(model)
    {
        nint n = model.Input("x_re").Shape[2];
        nu = Parameter("nu_log");
        theta = Parameter("theta_log");
        *C = new Context
        {
            T = Length,
            N = n,
            LambdaRe = Scratch(n),
            LambdaIm = Scratch(n),
            XRe = Input("x_re"),
            XIm = Input("x_im"),
            SeedRe = model.Seed("h_re").Floats,
            SeedIm = model.Seed("h_im").Floats,
            HRe = Result("h_re", Batch, Length, n),
            HIm = Result("h_im", Batch, Length, n),
            DXRe = Result("grad.x_re", Batch, Length, n),
            DXIm = Result("grad.x_im", Batch, Length, n),
            DRe = Scratch(Batch * n),
            DIm = Scratch(Batch * n),
        };
        dNu = Result("grad.nu_log", n);
        dTheta = Result("grad.theta_log", n);
    }

    public override void Forward()
    {
        Coefficients();
        For(Batch * C->N / Block, &Forward);
    }

    public override void ForwardBackward()
    {
        Coefficients();
        For(Batch * C->N / Block, &Both);
        for (nint n = 0; n < C->N; n++)
        {
            float re = 0, im = 0;
            for (nint b = 0; b < Batch; b++)
            {
                re += C->DRe[b * C->N + n];
                im += C->DIm[b * C->N + n];
            }

            // ∂λ/∂nu = -exp(nu)·λ, ∂λ/∂theta = i·exp(theta)·λ.
            (float lr, float li) = (C->LambdaRe[n], C->LambdaIm[n]);
            dNu[n] = -MathF.Exp(nu[n]) * (re * lr + im * li);
            dTheta[n] = MathF.Exp(theta[n]) * (im * lr - re * li);
        }
    }

    private void Coefficients()
    {
        for (nint n = 0; n < C->N; n++)
        {
            float size = MathF.Exp(-MathF.Exp(nu[n])), phase = MathF.Exp(theta[n]);
            C->LambdaRe[n] = size * MathF.Cos(phase);
            C->LambdaIm[n] = size * MathF.Sin(phase);
        }
    }

    private static void Both(nint item, void* context)
    {
        Forward(item, context);
        Backward(item, context);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Backward(nint item, void* context)
    {
        // Two halves: λ, adjoints and sums of all would need more registers than there are.
        for (nint half = 0; half < Block; half += 2 * W)
        {
            Context* c = (Context*)context;
            nint n = c->N, first = c->Offset(item) + half, at = first + (c->T - 1) * n;
            float* lr = c->LambdaRe + c->Channel(item) + half, li = c->LambdaIm + c->Channel(item) + half;
            V r0 = Load(lr), r1 = Load(lr + W), i0 = Load(li), i1 = Load(li + W);
            V p0 = default, p1 = default, q0 = default, q1 = default;
            V s0 = default, s1 = default, u0 = default, u1 = default;
            for (; at >= first; at -= n)
            {
                float* gr = c->SeedRe + at, gi = c->SeedIm + at, dr = c->DXRe + at, di = c->DXIm + at;
                (p0, q0) = (Fma(r0, p0, Fma(i0, q0, Load(gr))), Fma(r0, q0, Load(gi)) - i0 * p0);
                (p1, q1) = (Fma(r1, p1, Fma(i1, q1, Load(gr + W))), Fma(r1, q1, Load(gi + W)) - i1 * p1);
                Store(p0, dr);
                Store(p1, dr + W);
                Store(q0, di);
                Store(q1, di + W);
                if (at == first) break;
                float* hr = c->HRe + at - n, hi = c->HIm + at - n;
                V h0 = Load(hr), h1 = Load(hr + W), k0 = Load(hi), k1 = Load(hi + W);
                s0 = Fma(p0, h0, Fma(q0, k0, s0));
                s1 = Fma(p1, h1, Fma(q1, k1, s1));
                u0 = Fma(q0, h0, u0) - p0 * k0;
                u1 = Fma(q1, h1, u1) - p1 * k1;
            }

            float* re = c->DRe + item * Block + half, im = c->DIm + item * Block + half;
            Store(s0, re);
            Store(s1, re + W);
            Store(u0, im);
            Store(u1, im + W);
        }
    }

    internal struct Context
    {
        public nint T, N;
        public float* LambdaRe, LambdaIm, XRe, XIm, SeedRe, SeedIm, HRe, HIm, DXRe, DXIm, DRe, DIm;

        public readonly nint Channel(nint item) => item % (N / Block) * Block;

        public readonly nint Offset(nint item) => item / (N / Block) * T * N + Channel(item);
    }
}
