using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SsmDsl.Bench.Peers.Torch;

/// <summary>W6's training step, with the selective scans by hand forwards and backwards. Layout [T, B, D].</summary>
internal sealed class LanguageModelTraining : IFormulation
{
    private const int Length = 256, Batch = 4, D = 128, E = 256, N = 16, R = 8, K = 4, V = 256, Depth = 2, Chunk = 64;

    private readonly Tensor tokens = randint(V, [Length * Batch]);
    private readonly Tensor next = randint(V, [Length * Batch]);
    private readonly Parameter embedding = New(0.02 * randn(V, D));
    private readonly Parameter norm = New(ones(D));
    private readonly Block[] blocks = [.. Enumerable.Range(0, Depth).Select(_ => new Block())];
    private readonly optim.Optimizer optimizer;

    public LanguageModelTraining() => optimizer = optim.AdamW([embedding, norm, .. blocks.SelectMany(b => b.Parameters)], lr: 1e-5);

    public void Run()
    {
        using var scope = NewDisposeScope();
        optimizer.zero_grad();
        Tensor start = embedding.index_select(0, tokens).reshape(Length, Batch, D), x = start;
        var stages = new List<Stage>();
        foreach (Block block in blocks)
        {
            Stage stage = block.Forward(x);
            stages.Add(stage);
            x = stage.Out;
        }

        Tensor last = x.detach().requires_grad_(true);
        Tensor logits = F.linear(RmsNorm(last, norm), embedding);
        F.cross_entropy(logits.reshape(-1, V), next).backward();
        Tensor gradient = last.grad!;
        for (int i = Depth - 1; i >= 0; i--)
        {
            stages[i].Backward(gradient);
            gradient = stages[i].Leaf.grad!;
        }

        start.backward([gradient]);
        optimizer.step();
    }

    public void Dispose()
    {
        optimizer.Dispose();
        tokens.Dispose();
        next.Dispose();
    }

    private static Tensor RmsNorm(Tensor x, Tensor weight) => x * (x.square().mean([-1], true) + 1e-5).rsqrt() * weight;

    private static Parameter New(Tensor value) => nn.Parameter(value);

    /// <summary>A block's tensors at which the backward run is cut: what the scan reads, and what it gave.</summary>
    private sealed record Stage(Tensor Leaf, Tensor[] Scanned, Tensor[] Detached, Tensor Y, Tensor[] Starts, Tensor Out)
    {
        public void Backward(Tensor gradient)
        {
            torch.autograd.backward([Out], [gradient], retain_graph: true);
            Tensor[] gradients;
            using (no_grad())
            {
                var (x, delta, a, b, c, skip) = SelectiveScan.Backward(Detached[0], Detached[1], Detached[2], Detached[3], Detached[4], Detached[5], Y.grad!, Starts, Chunk);
                gradients = [x, delta, a, b, c, skip];
            }

            torch.autograd.backward(Scanned, gradients);
        }
    }

    private sealed class Block
    {
        private readonly Parameter norm = New(ones(D));
        private readonly Parameter inProjection = New(randn(2 * E, D) / Math.Sqrt(D));
        private readonly Parameter conv = New(randn(E, 1, K) / 2);
        private readonly Parameter convBias = New(zeros(E));
        private readonly Parameter xProjection = New(randn(R + 2 * N, E) / Math.Sqrt(E));
        private readonly Parameter dtWeight = New(randn(E, R) / Math.Sqrt(R));
        private readonly Parameter dtBias = New(zeros(E) - 4);
        private readonly Parameter aLog = New(arange(1, N + 1, ScalarType.Float32).log().expand(E, N).contiguous());
        private readonly Parameter skip = New(ones(E));
        private readonly Parameter outProjection = New(randn(D, E) / Math.Sqrt(E));

        public Parameter[] Parameters => [norm, inProjection, conv, convBias, xProjection, dtWeight, dtBias, aLog, skip, outProjection];

        public Stage Forward(Tensor input)
        {
            Tensor leaf = input.detach().requires_grad_(true);
            Tensor[] xz = F.linear(RmsNorm(leaf, norm), inProjection).chunk(2, -1);
            Tensor x = F.silu(F.conv1d(xz[0].permute(1, 2, 0), conv, convBias, padding: K - 1, groups: E).narrow(2, 0, Length)).permute(2, 0, 1).contiguous();
            Tensor[] parts = F.linear(x, xProjection).split([R, N, N], -1);
            Tensor delta = F.softplus(F.linear(parts[0], dtWeight, dtBias)), a = -aLog.exp();
            Tensor[] scanned = [x, delta, a, parts[1], parts[2], skip];
            Tensor[] detached = [.. scanned.Select(s => s.detach().contiguous())];
            Tensor y;
            Tensor[] starts;
            using (no_grad()) (y, starts) = SelectiveScan.Forward(detached[0], detached[1], detached[2], detached[3], detached[4], detached[5], Chunk);
            y.requires_grad_(true);
            Tensor output = leaf + F.linear(y * F.silu(xz[1]), outProjection);
            return new Stage(leaf, scanned, detached, y, starts, output);
        }
    }
}
