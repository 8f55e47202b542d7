using System.Runtime.CompilerServices;
using SsmDsl.Bench.Cases;
using static SsmDsl.Bench.Reference.Bits512.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;
using Vector512 = System.Runtime.Intrinsics.Vector512;

namespace SsmDsl.Bench.Reference.Bits512;

/// <summary>
/// One position of the digit classifier for one sequence, on one thread: weights as panels [inputs][outputs], eight accumulators,
/// B's factor and λ computed once.
/// </summary>
internal sealed unsafe class DigitsStepReference : ReferenceKernel
{
    private const int D = 64, N = 64, Depth = 4, Classes = 10, Wide = 128;

    private readonly float* pixel;
    private readonly float* logits;
    private readonly float* encoder;
    private readonly float* encoderBias;
    private readonly float* head;
    private readonly float* headBias;
    private readonly float* sum;
    private readonly Block[] blocks = new Block[Depth];
    private long steps;

    public DigitsStepReference(ModelCase model)
        : base(model)
    {
        pixel = Input("pixels");
        logits = Result("logits", 1, Classes);
        encoder = Parameter("encoder.weight");
        encoderBias = Parameter("encoder.bias");
        head = Parameter("head.weight");
        headBias = Parameter("head.bias");
        sum = Scratch(D);
        for (int i = 0; i < Depth; i++) blocks[i] = Load($"blocks.{i}.");
    }

    public override void Forward()
    {
        float* x = stackalloc float[D], u = stackalloc float[D], y = stackalloc float[D], z = stackalloc float[Wide], h = stackalloc float[2 * N];
        Step(x, u, y, z, h);
    }

    public override void ForwardBackward() => throw new NotSupportedException("a step has no gradients");

    private void Step(float* x, float* u, float* y, float* z, float* h)
    {
        V first = Vector512.Create(*pixel);
        for (int d = 0; d < D; d += W) Store(Fma(first, Lanes.Load(encoder + d), Lanes.Load(encoderBias + d)), x + d);
        foreach (Block block in blocks) Run(block, x, u, y, z, h);
        float scale = 1f / ++steps;
        for (int d = 0; d < D; d += W) Store(Lanes.Load(sum + d) + Lanes.Load(x + d), sum + d);
        for (int c = 0; c < Classes; c++)
        {
            V total = default;
            for (int d = 0; d < D; d += W) total = Fma(Lanes.Load(sum + d), Lanes.Load(head + c * D + d), total);
            logits[c] = Fma1(Vector512.Sum(total), scale, headBias[c]);
        }
    }

    private static float Fma1(float a, float b, float c) => MathF.FusedMultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run(in Block b, float* x, float* u, float* y, float* z, float* h)
    {
        V mean = default, square = default;
        for (int d = 0; d < D; d += W) mean += Lanes.Load(x + d);
        mean = Vector512.Create(Vector512.Sum(mean) / D);
        for (int d = 0; d < D; d += W)
        {
            V v = Lanes.Load(x + d) - mean;
            square = Fma(v, v, square);
        }

        V inverse = Vector512.Create(1 / MathF.Sqrt(Vector512.Sum(square) / D + 1e-5f));
        for (int d = 0; d < D; d += W) Store(Fma((Lanes.Load(x + d) - mean) * inverse, Lanes.Load(b.Norm + d), Lanes.Load(b.NormBias + d)), u + d);

        Product128(u, D, b.In, null, z);
        for (int n = 0; n < N; n += W)
        {
            V re = Lanes.Load(b.State + n), im = Lanes.Load(b.State + N + n), lr = Lanes.Load(b.Lambda + n), li = Lanes.Load(b.Lambda + N + n);
            V nextRe = Fma(lr, re, Lanes.Load(z + n)) - li * im, nextIm = Fma(lr, im, Fma(li, re, Lanes.Load(z + N + n)));
            Store(nextRe, b.State + n);
            Store(nextIm, b.State + N + n);
            Store(nextRe, h + n);
            Store(-nextIm, h + N + n);
        }

        Product64(h, 2 * N, b.Out, y);
        for (int d = 0; d < D; d += W)
        {
            V v = Fma(Lanes.Load(b.Skip + d), Lanes.Load(u + d), Lanes.Load(y + d));
            Store(v * Normal(v, Bell(v)), y + d);
        }

        Product128(y, D, b.Linear, b.LinearBias, z);
        for (int d = 0; d < D; d += W) Store(Fma(Lanes.Load(z + d), Sigmoid(Lanes.Load(z + D + d)), Lanes.Load(x + d)), x + d);
    }

    /// <summary>128 outputs, eight vectors at a time: bias + Σ x[k]·panel[k].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Product128(float* x, int count, float* weights, float* bias, float* to)
    {
        for (int o = 0; o < Wide; o += 8 * W)
        {
            V a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
            if (bias != null)
            {
                a0 = Lanes.Load(bias + o + 0 * W);
                a1 = Lanes.Load(bias + o + 1 * W);
                a2 = Lanes.Load(bias + o + 2 * W);
                a3 = Lanes.Load(bias + o + 3 * W);
                a4 = Lanes.Load(bias + o + 4 * W);
                a5 = Lanes.Load(bias + o + 5 * W);
                a6 = Lanes.Load(bias + o + 6 * W);
                a7 = Lanes.Load(bias + o + 7 * W);
            }

            float* panel = weights + o;
            for (int k = 0; k < count; k++, panel += Wide)
            {
                V e = All(x + k);
                a0 = Fma(e, Lanes.Load(panel + 0 * W), a0);
                a1 = Fma(e, Lanes.Load(panel + 1 * W), a1);
                a2 = Fma(e, Lanes.Load(panel + 2 * W), a2);
                a3 = Fma(e, Lanes.Load(panel + 3 * W), a3);
                a4 = Fma(e, Lanes.Load(panel + 4 * W), a4);
                a5 = Fma(e, Lanes.Load(panel + 5 * W), a5);
                a6 = Fma(e, Lanes.Load(panel + 6 * W), a6);
                a7 = Fma(e, Lanes.Load(panel + 7 * W), a7);
            }

            Store(a0, to + o + 0 * W);
            Store(a1, to + o + 1 * W);
            Store(a2, to + o + 2 * W);
            Store(a3, to + o + 3 * W);
            Store(a4, to + o + 4 * W);
            Store(a5, to + o + 5 * W);
            Store(a6, to + o + 6 * W);
            Store(a7, to + o + 7 * W);
        }
    }

    /// <summary>64 outputs, four vectors at a time, the inputs in two halves so that eight sums go on at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Product64(float* x, int count, float* weights, float* to)
    {
        int half = count / 2;
        for (int o = 0; o < D; o += 4 * W)
        {
            V a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
            float* panel = weights + o, other = panel + half * D;
            for (int k = 0; k < half; k++, panel += D, other += D)
            {
                V e = All(x + k), f = All(x + half + k);
                a0 = Fma(e, Lanes.Load(panel + 0 * W), a0);
                a1 = Fma(e, Lanes.Load(panel + 1 * W), a1);
                a2 = Fma(e, Lanes.Load(panel + 2 * W), a2);
                a3 = Fma(e, Lanes.Load(panel + 3 * W), a3);
                b0 = Fma(f, Lanes.Load(other + 0 * W), b0);
                b1 = Fma(f, Lanes.Load(other + 1 * W), b1);
                b2 = Fma(f, Lanes.Load(other + 2 * W), b2);
                b3 = Fma(f, Lanes.Load(other + 3 * W), b3);
            }

            Store(a0 + b0, to + o + 0 * W);
            Store(a1 + b1, to + o + 1 * W);
            Store(a2 + b2, to + o + 2 * W);
            Store(a3 + b3, to + o + 3 * W);
        }
    }

    private Block Load(string path)
    {
        float* nu = Parameter(path + "lru.nu_log"), theta = Parameter(path + "lru.theta_log"), gamma = Parameter(path + "lru.gamma_log");
        var block = new Block
        {
            Norm = Parameter(path + "layer_norm.weight"),
            NormBias = Parameter(path + "layer_norm.bias"),
            Lambda = Scratch(2 * N),
            In = Scratch(D * 2 * N),
            Out = Scratch(2 * N * D),
            Skip = Parameter(path + "lru.D"),
            Linear = Scratch(D * Wide),
            LinearBias = Parameter(path + "linear.bias"),
            State = Scratch(2 * N),
        };
        float* bRe = Parameter(path + "lru.B_re"), bIm = Parameter(path + "lru.B_im"), cRe = Parameter(path + "lru.C_re"), cIm = Parameter(path + "lru.C_im");
        float* linear = Parameter(path + "linear.weight");
        for (int n = 0; n < N; n++)
        {
            float size = MathF.Exp(-MathF.Exp(nu[n])), phase = MathF.Exp(theta[n]), factor = MathF.Exp(gamma[n]);
            block.Lambda[n] = size * MathF.Cos(phase);
            block.Lambda[N + n] = size * MathF.Sin(phase);
            for (int d = 0; d < D; d++)
            {
                block.In[d * 2 * N + n] = factor * bRe[n * D + d];
                block.In[d * 2 * N + N + n] = factor * bIm[n * D + d];
                block.Out[n * D + d] = cRe[d * N + n];
                block.Out[(N + n) * D + d] = cIm[d * N + n];
            }
        }

        for (int o = 0; o < Wide; o++)
        {
            for (int d = 0; d < D; d++) block.Linear[d * Wide + o] = linear[o * D + d];
        }

        return block;
    }

    private struct Block
    {
        public float* Norm, NormBias, Lambda, In, Out, Skip, Linear, LinearBias, State;
    }
}
