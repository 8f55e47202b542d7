using static TorchSharp.torch;

namespace SsmDsl.Bench.Peers.Torch;

/// <summary>
/// The selective scan, layout [T, B, D, N], in chunks of time small enough for the caches: exponentials and inputs of a chunk as
/// large operations, one operation a step for the state, contractions as batched products. Backwards with the chunk computed
/// again from the state at its start.
/// </summary>
internal sealed class SelectiveScan : IFormulation
{
    private readonly int chunk;
    private readonly bool backward;
    private readonly Tensor x;
    private readonly Tensor delta;
    private readonly Tensor b;
    private readonly Tensor c;
    private readonly Tensor aLog;
    private readonly Tensor skip;
    private readonly Tensor seed;

    public SelectiveScan(int batch, int length, int channels, int chunk, bool backward)
        : this(
            rand(length, batch, channels) * 2 - 1,
            0.001f + 0.099f * rand(length, batch, channels),
            rand(length, batch, 16) * 2 - 1,
            rand(length, batch, 16) * 2 - 1,
            arange(1, 17, ScalarType.Float32).log().expand(channels, 16).contiguous(),
            ones(channels),
            rand(length, batch, channels) * 2 - 1,
            chunk,
            backward)
    {
    }

    private SelectiveScan(Tensor x, Tensor delta, Tensor b, Tensor c, Tensor aLog, Tensor skip, Tensor seed, int chunk, bool backward)
    {
        (this.x, this.delta, this.b, this.c, this.aLog, this.skip, this.seed) = (x, delta, b, c, aLog, skip, seed);
        (this.chunk, this.backward) = (chunk, backward);
    }

    public void Run()
    {
        using var _ = no_grad();
        using var inner = NewDisposeScope();
        Tensor a = -aLog.exp();
        (Tensor y, Tensor[] starts) = Forward(x, delta, a, b, c, skip, chunk);
        if (backward) Backward(x, delta, a, b, c, skip, seed, starts, chunk);
    }

    public void Dispose()
    {
        foreach (Tensor tensor in new[] { x, delta, b, c, aLog, skip, seed }) tensor.Dispose();
    }

    /// <summary>y [T, B, D] and the state before each chunk.</summary>
    public static (Tensor Y, Tensor[] Starts) Forward(Tensor x, Tensor delta, Tensor a, Tensor b, Tensor c, Tensor skip, int chunk)
    {
        long length = x.shape[0];
        Tensor y = empty_like(x), h = zeros(x.shape[1], x.shape[2], a.shape[1]);
        var starts = new List<Tensor>();
        for (long t = 0; t < length; t += chunk)
        {
            using var inner = NewDisposeScope();
            long steps = Math.Min(chunk, length - t);
            Tensor states = States(x.narrow(0, t, steps), delta.narrow(0, t, steps), a, b.narrow(0, t, steps), h, out Tensor _);
            starts.Add(h);
            h = states[steps - 1].clone().MoveToOuterDisposeScope();
            y.narrow(0, t, steps).copy_(matmul(states, c.narrow(0, t, steps).unsqueeze(-1)).squeeze(-1));
        }

        y.addcmul_(skip, x, ScanSteps.One);
        return (y, [.. starts]);
    }

    /// <summary>Gradients of x, delta, A, B, C and the skip.</summary>
    public static (Tensor X, Tensor Delta, Tensor A, Tensor B, Tensor C, Tensor Skip) Backward(
        Tensor x, Tensor delta, Tensor a, Tensor b, Tensor c, Tensor skip, Tensor seed, Tensor[] starts, int chunk)
    {
        long length = x.shape[0];
        Tensor dx = skip * seed, dDelta = empty_like(x), dB = empty_like(b), dC = empty_like(c), dA = zeros_like(a), carry = zeros_like(starts[0]);
        for (int k = starts.Length - 1; k >= 0; k--)
        {
            using var inner = NewDisposeScope();
            long t = (long)k * chunk, steps = Math.Min(chunk, length - t);
            Tensor X = x.narrow(0, t, steps), D = delta.narrow(0, t, steps), B = b.narrow(0, t, steps), C = c.narrow(0, t, steps), g = seed.narrow(0, t, steps);
            Tensor h = States(X, D, a, B, starts[k], out Tensor decay);
            Tensor l = g.unsqueeze(-1) * C.unsqueeze(-2);
            l[steps - 1].add_(carry);
            ScanSteps.Backward(decay.unbind(0), l.unbind(0));
            carry = (decay[0] * l[0]).MoveToOuterDisposeScope();
            Tensor s = matmul(l, B.unsqueeze(-1)).squeeze(-1);
            dx.narrow(0, t, steps).addcmul_(s, D, ScanSteps.One);
            dB.narrow(0, t, steps).copy_(matmul(l.transpose(-1, -2), (D * X).unsqueeze(-1)).squeeze(-1));
            dC.narrow(0, t, steps).copy_(matmul(h.transpose(-1, -2), g.unsqueeze(-1)).squeeze(-1));

            // l times the derivative by Δ·A, in place.
            l.mul_(decay);
            l[0].mul_(starts[k]);
            if (steps > 1) l.narrow(0, 1, steps - 1).mul_(h.narrow(0, 0, steps - 1));
            dDelta.narrow(0, t, steps).copy_((l * a).sum(-1).addcmul_(s, X, ScanSteps.One));
            dA.add_((l * D.unsqueeze(-1)).sum([0, 1]));
        }

        return (dx, dDelta, dA, dB, dC, (x * seed).sum([0, 1]));
    }

    /// <summary>The states of some steps, from the one before them, and the coefficients.</summary>
    private static Tensor States(Tensor x, Tensor delta, Tensor a, Tensor b, Tensor start, out Tensor decay)
    {
        decay = (delta.unsqueeze(-1) * a).exp_();
        Tensor h = (delta * x).unsqueeze(-1) * b.unsqueeze(-2);
        h[0].addcmul_(decay[0], start, ScanSteps.One);
        ScanSteps.Forward(decay.unbind(0), h.unbind(0));
        return h;
    }
}
