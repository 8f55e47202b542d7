using System.Runtime.CompilerServices;
using static SsmDsl.Bench.Reference.Bits512.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace SsmDsl.Bench.Reference.Bits512;

/// <content>Forward, four vectors side by side.</content>
internal sealed unsafe partial class ComplexScanReference
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Forward(nint item, void* context)
    {
        Context* c = (Context*)context;
        nint n = c->N, at = c->Offset(item);
        float* lr = c->LambdaRe + c->Channel(item), li = c->LambdaIm + c->Channel(item);
        V r0 = Load(lr), r1 = Load(lr + W), r2 = Load(lr + 2 * W), r3 = Load(lr + 3 * W);
        V i0 = Load(li), i1 = Load(li + W), i2 = Load(li + 2 * W), i3 = Load(li + 3 * W);
        V p0 = default, p1 = default, p2 = default, p3 = default, q0 = default, q1 = default, q2 = default, q3 = default;
        nint end = at + c->T * n;
        for (; at < end; at += n)
        {
            float* xr = c->XRe + at, xi = c->XIm + at, hr = c->HRe + at, hi = c->HIm + at;
            (p0, q0) = (Fma(r0, p0, Load(xr)) - i0 * q0, Fma(r0, q0, Fma(i0, p0, Load(xi))));
            (p1, q1) = (Fma(r1, p1, Load(xr + W)) - i1 * q1, Fma(r1, q1, Fma(i1, p1, Load(xi + W))));
            (p2, q2) = (Fma(r2, p2, Load(xr + 2 * W)) - i2 * q2, Fma(r2, q2, Fma(i2, p2, Load(xi + 2 * W))));
            (p3, q3) = (Fma(r3, p3, Load(xr + 3 * W)) - i3 * q3, Fma(r3, q3, Fma(i3, p3, Load(xi + 3 * W))));
            Store(p0, hr);
            Store(p1, hr + W);
            Store(p2, hr + 2 * W);
            Store(p3, hr + 3 * W);
            Store(q0, hi);
            Store(q1, hi + W);
            Store(q2, hi + 2 * W);
            Store(q3, hi + 3 * W);
        }
    }
}
