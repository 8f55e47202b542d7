using TorchSharp;
using static TorchSharp.torch;

namespace SsmDsl.Bench.Peers.Torch;

/// <summary>
/// h[t] = a[t]·h[t-1] + x[t] over the first axis, in place of x, with one operation a step: the past is a view. In chunks, all
/// chunks go on side by side and are joined afterwards by the products of a.
/// </summary>
internal static class ScanSteps
{
    /// <summary>Made once: making it is not what is measured.</summary>
    public static readonly Scalar One = 1f.ToScalar();

    /// <summary>One operation for each t; views of the steps are given, so that making them is not what is measured.</summary>
    /// <param name="a">[T] tensors, or one for all steps.</param>
    public static void Forward(Tensor[] a, Tensor[] h)
    {
        for (int t = 1; t < h.Length; t++) h[t].addcmul_(a[a.Length == 1 ? 0 : t], h[t - 1], One);
    }

    /// <summary>l[t] = g[t] + a[t+1]·l[t+1], in place of g.</summary>
    public static void Backward(Tensor[] a, Tensor[] l)
    {
        for (int t = l.Length - 2; t >= 0; t--) l[t].addcmul_(a[a.Length == 1 ? 0 : t + 1], l[t + 1], One);
    }
}
