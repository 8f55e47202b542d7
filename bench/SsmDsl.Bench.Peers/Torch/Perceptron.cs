using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SsmDsl.Bench.Peers.Torch;

/// <summary>Two linear maps with GELU between them; gradients by autograd, whose products are the library's own.</summary>
internal sealed class Perceptron : IFormulation
{
    private readonly Tensor x;
    private readonly Tensor seed;
    private readonly Tensor w1;
    private readonly Tensor b1;
    private readonly Tensor w2;
    private readonly Tensor b2;
    private readonly bool backward;

    public Perceptron(int features, int hidden, bool backward)
    {
        this.backward = backward;
        x = randn(8192, features);
        seed = randn(8192, features);
        w1 = randn(hidden, features) / Math.Sqrt(features);
        b1 = randn(hidden);
        w2 = randn(features, hidden) / Math.Sqrt(hidden);
        b2 = randn(features);
        foreach (Tensor tensor in new[] { x, w1, b1, w2, b2 }) tensor.requires_grad = backward;
    }

    public void Run()
    {
        using var scope = NewDisposeScope();
        using var _ = backward ? enable_grad() : no_grad();
        Tensor y = F.linear(F.gelu(F.linear(x, w1, b1)), w2, b2);
        if (!backward) return;
        y.backward([seed]);
        foreach (Tensor tensor in new[] { x, w1, b1, w2, b2 }) tensor.grad = null;
    }

    public void Dispose()
    {
        foreach (Tensor tensor in new[] { x, seed, w1, b1, w2, b2 }) tensor.Dispose();
    }
}
