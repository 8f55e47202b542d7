using System.Runtime.CompilerServices;
using SsmDsl.Bench.Cases;
using SsmDsl.Cli.Benchmarking;
using static SsmDsl.Bench.Reference.Bits512.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;
using Vector512 = System.Runtime.Intrinsics.Vector512;

namespace SsmDsl.Bench.Reference.Bits512;

/// <summary>
/// One token of a Mamba language model for one sequence: each weight is read once, rows shared by the threads, four joins a layer.
/// Convolution, scan and gate run on the rows of the thread, channels in the lanes.
/// </summary>
internal sealed unsafe class MambaStepReference : ReferenceKernel<MambaStepReference.Context>
{
    private const int N = 16, Taps = 4, Items = 16, HeadItems = 64;

    private readonly Layer[] layers;
    private readonly NativeTensor tokens;
    private readonly float* embeddings;

    public MambaStepReference(ModelCase model)
        : base(model)
    {
        NativeTensor table = model.Parameter("embeddings.weight");
        tokens = model.Input("tokens");
        embeddings = table.Floats;
        layers = [.. Enumerable.Range(0, model.Copies("layers")).Select(i => new Layer(this, $"layers.{i}."))];
        nint width = table.Shape[1], channels = layers[0].Channels;
        *C = new Context
        {
            Vocabulary = table.Shape[0],
            Width = width,
            Channels = channels,
            Rank = layers[0].Rank,
            Table = embeddings,
            Norm = Parameter("norm_f.weight"),
            X = Scratch(width),
            In = Scratch(2 * channels),
            Projected = Scratch(layers[0].Rank + 2 * N),
            Gated = Scratch(channels),
            Sum = Scratch(width),
            Logits = Result("logits", 1, 1, table.Shape[0]),
        };
    }

    public override void Forward()
    {
        new ReadOnlySpan<float>(embeddings + tokens.Ints[0] * C->Width, (int)C->Width).CopyTo(new Span<float>(C->X, (int)C->Width));
        foreach (Layer layer in layers)
        {
            C->L = layer.Pointers;
            For(Items, &Enter);
            For((C->Rank + 2 * N) / 8, &Project);
            For(Items, &Scan);
            For(Items, &Leave);
        }

        For(HeadItems, &Head);
    }

    public override void ForwardBackward() => throw new NotSupportedException("a step has no gradients");

    /// <summary>Both halves of the projection for some channels, and the convolution of the first.</summary>
    private static void Enter(nint item, void* context)
    {
        Context* c = (Context*)context;
        (nint first, nint end) = (item * c->Channels / Items, (item + 1) * c->Channels / Items);
        float* u = stackalloc float[(int)c->Width];
        Normalise(c->X, c->L.Norm, u, c->Width);
        RowProducts.Run(c->L.In, c->Width, u, c->In, first, end);
        RowProducts.Run(c->L.In, c->Width, u, c->In, c->Channels + first, c->Channels + end);
        Convolve(c, first, end);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Convolve(Context* c, nint first, nint end)
    {
        nint e = c->Channels;
        for (nint i = first; i < end; i += W)
        {
            V now = Load(c->In + i), one = Load(c->L.Past + i), two = Load(c->L.Past + e + i), three = Load(c->L.Past + 2 * e + i);
            V sum = Fma(Load(c->L.Taps + 3 * e + i), now, Load(c->L.TapsBias + i));
            sum = Fma(Load(c->L.Taps + 2 * e + i), one, sum);
            sum = Fma(Load(c->L.Taps + e + i), two, sum);
            sum = Fma(Load(c->L.Taps + i), three, sum);
            Store(two, c->L.Past + 2 * e + i);
            Store(one, c->L.Past + e + i);
            Store(now, c->L.Past + i);
            Store(Silu(sum), c->In + i);
        }
    }

    private static void Project(nint item, void* context)
    {
        Context* c = (Context*)context;
        RowProducts.Run(c->L.Project, c->Channels, c->In, c->Projected, item * 8, (item + 1) * 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scan(nint item, void* context)
    {
        Context* c = (Context*)context;
        float* b = c->Projected + c->Rank, s = b + N;
        for (nint i = item * c->Channels / Items; i < (item + 1) * c->Channels / Items; i += W)
        {
            V delta = Load(c->L.DeltaBias + i), other = default;
            for (nint r = 0; r < c->Rank; r += 2)
            {
                delta = Fma(Load(c->L.Delta + r * c->Channels + i), All(c->Projected + r), delta);
                other = Fma(Load(c->L.Delta + (r + 1) * c->Channels + i), All(c->Projected + r + 1), other);
            }

            delta = Softplus(delta + other);
            V x = Load(c->In + i), input = delta * x, y = Load(c->L.Skip + i) * x;
            float* a = c->L.A2 + i * N, h = c->L.State + i * N;
            for (int n = 0; n < N; n++)
            {
                V state = Fma(Exp2(delta * Load(a + n * W)), Load(h + n * W), input * All(b + n));
                Store(state, h + n * W);
                y = Fma(All(s + n), state, y);
            }

            Store(y * Silu(Load(c->In + c->Channels + i)), c->Gated + i);
        }
    }

    private static void Leave(nint item, void* context)
    {
        Context* c = (Context*)context;
        (nint first, nint end) = (item * c->Width / Items, (item + 1) * c->Width / Items);
        RowProducts.Run(c->L.Out, c->Channels, c->Gated, c->Sum, first, end);
        for (nint i = first; i < end; i++) c->X[i] += c->Sum[i];
    }

    private static void Head(nint item, void* context)
    {
        Context* c = (Context*)context;
        float* u = stackalloc float[(int)c->Width];
        Normalise(c->X, c->Norm, u, c->Width);
        RowProducts.Run(c->Table, c->Width, u, c->Logits, item * c->Vocabulary / HeadItems, (item + 1) * c->Vocabulary / HeadItems);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Normalise(float* x, float* weight, float* to, nint width)
    {
        V square = default;
        for (nint i = 0; i < width; i += W) square = Fma(Load(x + i), Load(x + i), square);
        V inverse = Vector512.Create(1 / MathF.Sqrt(Vector512.Sum(square) / width + 1e-5f));
        for (nint i = 0; i < width; i += W) Store(Load(x + i) * inverse * Load(weight + i), to + i);
    }

    /// <summary>A layer's weights; what channels are multiplied with as rows of channels, A·log2(e) as [E/W][N][W].</summary>
    private sealed class Layer
    {
        public readonly LayerPointers Pointers;

        public Layer(MambaStepReference owner, string path)
        {
            NativeTensor delta = owner.Model.Parameter(path + "mamba.dt_proj.weight");
            (Channels, Rank) = (delta.Shape[0], delta.Shape[1]);
            float* taps = owner.Parameter(path + "mamba.conv1d.weight"), log = owner.Parameter(path + "mamba.A_log");
            Pointers = new LayerPointers
            {
                Norm = owner.Parameter(path + "rms_norm.weight"),
                In = owner.Parameter(path + "mamba.in_proj.weight"),
                Taps = owner.Scratch(Taps * Channels),
                TapsBias = owner.Parameter(path + "mamba.conv1d.bias"),
                Past = owner.Scratch((Taps - 1) * Channels),
                Project = owner.Parameter(path + "mamba.x_proj.weight"),
                Delta = owner.Scratch(Rank * Channels),
                DeltaBias = owner.Parameter(path + "mamba.dt_proj.bias"),
                A2 = owner.Scratch(Channels * N),
                State = owner.Scratch(Channels * N),
                Skip = owner.Parameter(path + "mamba.D"),
                Out = owner.Parameter(path + "mamba.out_proj.weight"),
            };
            for (nint e = 0; e < Channels; e++)
            {
                for (nint k = 0; k < Taps; k++) Pointers.Taps[k * Channels + e] = taps[e * Taps + k];
                for (nint r = 0; r < Rank; r++) Pointers.Delta[r * Channels + e] = delta.Floats[e * Rank + r];
                for (nint n = 0; n < N; n++) Pointers.A2[(e / W * N + n) * W + e % W] = -MathF.Exp(log[e * N + n]) * Log2E;
            }
        }

        public nint Channels { get; }

        public nint Rank { get; }
    }

    internal struct LayerPointers
    {
        public float* Norm, In, Taps, TapsBias, Past, Project, Delta, DeltaBias, A2, State, Skip, Out;
    }

    internal struct Context
    {
        public nint Vocabulary, Width, Channels, Rank;
        public float* Table, Norm, X, In, Projected, Gated, Sum, Logits;
        public LayerPointers L;
    }
}
