using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SsmDsl.Bench.Peers.Torch;

/// <summary>
/// W5's training step: everything by autograd but the scans, which are loops in place; their states are leaves at which the
/// backward run is cut and joined by hand. Layout [T, B, D].
/// </summary>
internal sealed class DigitsTraining : IFormulation
{
    private const int Length = 784, Batch = 16, D = 64, N = 64, Depth = 4;

    private readonly Tensor pixels = rand(Length, Batch, 1);
    private readonly Tensor labels = randint(10, [Batch]);
    private readonly nn.Module<Tensor, Tensor> encoder = nn.Linear(1, D);
    private readonly nn.Module<Tensor, Tensor> head = nn.Linear(D, 10);
    private readonly Block[] blocks = [.. Enumerable.Range(0, Depth).Select(_ => new Block())];
    private readonly optim.Optimizer optimizer;

    public DigitsTraining() =>
        optimizer = optim.AdamW([.. encoder.parameters(), .. head.parameters(), .. blocks.SelectMany(b => b.Parameters)], lr: 1e-5);

    public void Run()
    {
        using var scope = NewDisposeScope();
        optimizer.zero_grad();
        Tensor x = encoder.forward(pixels);
        var stages = new List<(Tensor Before, Tensor In, Tensor Drive, Tensor Lambda, Tensor H, Tensor Out)>();
        foreach (Block block in blocks)
        {
            Tensor leaf = x.detach().requires_grad_(true);
            Tensor normed = F.layer_norm(leaf, [D], block.Weight, block.Bias);
            Tensor lambda = block.Lambda(), drive = block.Drive(normed);
            Tensor h;
            using (no_grad())
            {
                h = drive.detach().clone();
                ScanSteps.Forward([lambda.detach()], h.unbind(0));
            }

            h.requires_grad_(true);
            Tensor y = leaf + block.Output(normed, h);
            stages.Add((x, leaf, drive, lambda, h, y));
            x = y;
        }

        Tensor last = x.detach().requires_grad_(true);
        F.cross_entropy(head.forward(last.mean([0])), labels).backward();
        Tensor gradient = last.grad!;
        for (int i = Depth - 1; i >= 0; i--)
        {
            var (before, leaf, drive, lambda, h, y) = stages[i];

            // The normalised values serve the drive as well.
            torch.autograd.backward([y], [gradient], retain_graph: true);
            Tensor l, dLambda;
            using (no_grad())
            {
                l = h.grad!.clone();
                ScanSteps.Backward([lambda.detach().conj().resolve_conj()], l.unbind(0));
                dLambda = (l.narrow(0, 1, Length - 1) * h.narrow(0, 0, Length - 1).conj()).sum([0, 1]);
            }

            torch.autograd.backward([drive, lambda], [l, dLambda]);
            gradient = leaf.grad!;
            if (i == 0) before.backward([gradient]);
        }

        optimizer.step();
    }

    public void Dispose()
    {
        optimizer.Dispose();
        encoder.Dispose();
        head.Dispose();
        pixels.Dispose();
        labels.Dispose();
    }

    private sealed class Block
    {
        private readonly Tensor nu = New((-0.5 * (0.81 + 0.188 * rand(N)).log()).log());
        private readonly Tensor theta = New((0.314 * rand(N)).log());
        private readonly Tensor gamma = New(zeros(N));
        private readonly Tensor b = New(randn(2 * N, D) / Math.Sqrt(2 * D));
        private readonly Tensor c = New(randn(D, 2 * N) / Math.Sqrt(N));
        private readonly Tensor skip = New(randn(D));
        private readonly Tensor weight = New(randn(2 * D, D) / Math.Sqrt(D));
        private readonly Tensor bias = New(zeros(2 * D));

        public Tensor Weight { get; } = New(ones(D));

        public Tensor Bias { get; } = New(zeros(D));

        public IEnumerable<Parameter> Parameters => new[] { nu, theta, gamma, b, c, skip, weight, bias, Weight, Bias }.Cast<Parameter>();

        public Tensor Lambda() => polar((-nu.exp()).exp(), theta.exp());

        /// <summary>B·u as one real product of twice the width.</summary>
        public Tensor Drive(Tensor u)
        {
            Tensor both = F.linear(u, b).reshape(Length, Batch, 2, N) * gamma.exp();
            return complex(both.select(2, 0), both.select(2, 1));
        }

        public Tensor Output(Tensor u, Tensor h)
        {
            Tensor y = F.linear(cat([h.real, -h.imag], -1), c) + skip * u;
            Tensor z = F.linear(F.gelu(y), weight, bias);
            return F.glu(z, -1);
        }

        private static Parameter New(Tensor value) => nn.Parameter(value);
    }
}
