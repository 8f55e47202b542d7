using System.Runtime.CompilerServices;
using SsmDsl.Bench.Cases;
using static SsmDsl.Bench.Reference.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace SsmDsl.Bench.Reference;

/// <summary>h = λ·h₋ + x, complex and planar; 64 channels an item, states and λ in registers.</summary>
internal sealed unsafe class ComplexScanReference : ReferenceKernel<ComplexScanReference.Context>
{
    private const int Block = 64;
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
    private static void Forward(nint item, void* context)
    {
        Context* c = (Context*)context;
        nint n = c->N, at = c->Offset(item);
        float* lr = c->LambdaRe + c->Channel(item), li = c->LambdaIm + c->Channel(item);
        V r0 = Load(lr), r1 = Load(lr + 16), r2 = Load(lr + 32), r3 = Load(lr + 48);
        V i0 = Load(li), i1 = Load(li + 16), i2 = Load(li + 32), i3 = Load(li + 48);
        V p0 = default, p1 = default, p2 = default, p3 = default, q0 = default, q1 = default, q2 = default, q3 = default;
        nint end = at + c->T * n;
        for (; at < end; at += n)
        {
            float* xr = c->XRe + at, xi = c->XIm + at, hr = c->HRe + at, hi = c->HIm + at;
            (p0, q0) = (Fma(r0, p0, Load(xr)) - i0 * q0, Fma(r0, q0, Fma(i0, p0, Load(xi))));
            (p1, q1) = (Fma(r1, p1, Load(xr + 16)) - i1 * q1, Fma(r1, q1, Fma(i1, p1, Load(xi + 16))));
            (p2, q2) = (Fma(r2, p2, Load(xr + 32)) - i2 * q2, Fma(r2, q2, Fma(i2, p2, Load(xi + 32))));
            (p3, q3) = (Fma(r3, p3, Load(xr + 48)) - i3 * q3, Fma(r3, q3, Fma(i3, p3, Load(xi + 48))));
            Store(p0, hr);
            Store(p1, hr + 16);
            Store(p2, hr + 32);
            Store(p3, hr + 48);
            Store(q0, hi);
            Store(q1, hi + 16);
            Store(q2, hi + 32);
            Store(q3, hi + 48);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Backward(nint item, void* context)
    {
        // Two halves of 32 channels: λ, adjoints and sums of all would need more registers than there are.
        for (nint half = 0; half < Block; half += 32)
        {
            Context* c = (Context*)context;
            nint n = c->N, first = c->Offset(item) + half, at = first + (c->T - 1) * n;
            float* lr = c->LambdaRe + c->Channel(item) + half, li = c->LambdaIm + c->Channel(item) + half;
            V r0 = Load(lr), r1 = Load(lr + 16), i0 = Load(li), i1 = Load(li + 16);
            V p0 = default, p1 = default, q0 = default, q1 = default;
            V s0 = default, s1 = default, u0 = default, u1 = default;
            for (; at >= first; at -= n)
            {
                float* gr = c->SeedRe + at, gi = c->SeedIm + at, dr = c->DXRe + at, di = c->DXIm + at;
                (p0, q0) = (Fma(r0, p0, Fma(i0, q0, Load(gr))), Fma(r0, q0, Load(gi)) - i0 * p0);
                (p1, q1) = (Fma(r1, p1, Fma(i1, q1, Load(gr + 16))), Fma(r1, q1, Load(gi + 16)) - i1 * p1);
                Store(p0, dr);
                Store(p1, dr + 16);
                Store(q0, di);
                Store(q1, di + 16);
                if (at == first) break;
                float* hr = c->HRe + at - n, hi = c->HIm + at - n;
                V h0 = Load(hr), h1 = Load(hr + 16), k0 = Load(hi), k1 = Load(hi + 16);
                s0 = Fma(p0, h0, Fma(q0, k0, s0));
                s1 = Fma(p1, h1, Fma(q1, k1, s1));
                u0 = Fma(q0, h0, u0) - p0 * k0;
                u1 = Fma(q1, h1, u1) - p1 * k1;
            }

            float* re = c->DRe + item * Block + half, im = c->DIm + item * Block + half;
            Store(s0, re);
            Store(s1, re + 16);
            Store(u0, im);
            Store(u1, im + 16);
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
