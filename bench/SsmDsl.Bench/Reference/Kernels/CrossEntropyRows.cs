using System.Runtime.CompilerServices;
using static SsmDsl.Bench.Reference.Bits512.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;
using Vector512 = System.Runtime.Intrinsics.Vector512;

namespace SsmDsl.Bench.Reference.Bits512;

/// <summary>Cross entropy of rows of logits.</summary>
internal static unsafe class CrossEntropyRows
{
    /// <summary>Gradients of the logits, in their place, times <paramref name="scale"/>; returns the sum of the losses.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Run(float* logits, int* labels, float scale, nint width, nint rows)
    {
        float losses = 0;
        for (nint row = 0; row < rows; row++, logits += width)
        {
            V largest = Load(logits);
            for (nint i = W; i < width; i += W) largest = Vector512.Max(largest, Load(logits + i));
            float top = float.NegativeInfinity;
            for (int i = 0; i < W; i++) top = MathF.Max(top, largest[i]);
            V shift = Vector512.Create(-top * Log2E), sum = default;
            float label = logits[labels[row]];
            for (nint i = 0; i < width; i += W)
            {
                V e = Exp2(Fma(Load(logits + i), Vector512.Create(Log2E), shift));
                sum += e;
                Store(e, logits + i);
            }

            float total = Vector512.Sum(sum);
            losses += top + MathF.Log(total) - label;
            V share = Vector512.Create(scale / total);
            for (nint i = 0; i < width; i += W) Store(Load(logits + i) * share, logits + i);
            logits[labels[row]] -= scale;
        }

        return losses;
    }
}
