using System.Runtime.CompilerServices;
using static SsmDsl.Bench.Reference.Bits512.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace SsmDsl.Bench.Reference.Bits512;

/// <content>Forward, two vectors side by side.</content>
internal sealed unsafe partial class ComplexScanReference
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Forward(nint item, void* context)
    {
        Context* c = (Context*)context;
        for (nint half = 0; half < Block; half += 2 * W)
        {
            nint n = c->N, at = c->Offset(item) + half, end = at + c->T * n;
            float* lr = c->LambdaRe + c->Channel(item) + half, li = c->LambdaIm + c->Channel(item) + half;
            V r0 = Load(lr), r1 = Load(lr + W), i0 = Load(li), i1 = Load(li + W);
            V p0 = default, p1 = default, q0 = default, q1 = default;
            for (; at < end; at += n)
            {
                float* xr = c->XRe + at, xi = c->XIm + at, hr = c->HRe + at, hi = c->HIm + at;
                (p0, q0) = (Fma(r0, p0, Load(xr)) - i0 * q0, Fma(r0, q0, Fma(i0, p0, Load(xi))));
                (p1, q1) = (Fma(r1, p1, Load(xr + W)) - i1 * q1, Fma(r1, q1, Fma(i1, p1, Load(xi + W))));
                Store(p0, hr);
                Store(p1, hr + W);
                Store(q0, hi);
                Store(q1, hi + W);
            }
        }
    }
}
