using static TorchSharp.torch;

namespace SsmDsl.Bench.Peers.Torch;

internal enum ScanKind
{
    PerStep,
    PerChannel,
    Complex,
}

/// <summary>
/// A scan with layout [K, C, B, D]: step K of chunk C. With one chunk it is a loop over all steps. With several, a loop over
/// the steps of a chunk works on all chunks at once; a second loop carries the ends from chunk to chunk; a last pass adds what
/// came in, times the products of the coefficients.
/// </summary>
internal sealed class Scan : IFormulation
{
    private readonly int chunks;
    private readonly bool backward;
    private readonly ScanKind kind;
    private readonly Tensor a;
    private readonly Tensor x;
    private readonly Tensor seed;
    private readonly Tensor h;
    private readonly Tensor l;
    private readonly Tensor da;
    private readonly Tensor[] aSteps;
    private readonly Tensor[] aConjugate;
    private readonly Tensor[] hSteps;
    private readonly Tensor[] lSteps;
    private readonly Tensor past;
    private Tensor? sum;

    public Scan(int batch, int length, int channels, ScanKind kind, int chunks, bool backward)
    {
        using var _ = no_grad();
        using var temporary = NewDisposeScope();
        (this.chunks, this.backward, this.kind) = (chunks, backward, kind);
        ScalarType type = kind == ScanKind.Complex ? ScalarType.ComplexFloat32 : ScalarType.Float32;
        long steps = (length + chunks - 1) / chunks;
        long[] shape = [steps, chunks, batch, channels];
        a = kind switch
        {
            ScanKind.PerStep => 0.8f + 0.2f * rand(shape),
            ScanKind.PerChannel => 0.9f + 0.09f * rand(channels),
            _ => polar(0.9f + 0.09f * rand(channels), rand(channels)),
        };
        x = randn(shape, dtype: type);
        seed = randn(shape, dtype: type);
        h = empty_like(x);
        l = empty_like(x);
        da = empty_like(x);
        past = zeros_like(x);
        aSteps = kind == ScanKind.PerStep ? a.unbind(0) : [a];
        aConjugate = kind == ScanKind.Complex ? [a.conj().resolve_conj()] : aSteps;
        hSteps = h.unbind(0);
        lSteps = l.unbind(0);
        foreach (Tensor tensor in Kept.Distinct<Tensor>(ReferenceEqualityComparer.Instance)) tensor.DetachFromDisposeScope();
    }

    private IEnumerable<Tensor> Kept => [a, x, seed, h, l, da, past, .. aSteps, .. aConjugate, .. hSteps, .. lSteps];

    public void Run()
    {
        using var _ = no_grad();
        using var inner = NewDisposeScope();
        h.copy_(x);
        ScanSteps.Forward(aSteps, hSteps);
        if (chunks > 1) JoinForward();
        if (!backward) return;
        l.copy_(seed);
        ScanSteps.Backward(aConjugate, lSteps);
        if (chunks > 1) JoinBackward();

        // The state before each step: the step before, or the end of the chunk before.
        past.narrow(0, 1, past.shape[0] - 1).copy_(h.narrow(0, 0, h.shape[0] - 1));
        if (chunks > 1) past[0].narrow(0, 1, chunks - 1).copy_(hSteps[^1].narrow(0, 0, chunks - 1));
        Tensor past1 = kind == ScanKind.Complex ? past.conj() : past;
        if (kind == ScanKind.PerStep) da.copy_(l).mul_(past1);
        else Keep((l * past1).sum([0, 1, 2]));
    }

    public void Dispose()
    {
        foreach (Tensor tensor in Kept.Distinct<Tensor>(ReferenceEqualityComparer.Instance)) tensor.Dispose();
        sum?.Dispose();
    }

    /// <summary>How far results are from those of a plain loop under autograd, of the largest value.</summary>
    public double Difference()
    {
        Tensor coefficients = a.detach().clone().requires_grad_(true), inputs = x.detach().clone().requires_grad_(true);
        Tensor state = zeros_like(x[0][0]);
        var plain = new List<Tensor>();
        for (int c = 0; c < chunks; c++)
        {
            for (int t = 0; t < x.shape[0]; t++) plain.Add(state = (kind == ScanKind.PerStep ? coefficients[t][c] : coefficients) * state + inputs[t][c]);
        }

        Tensor expected = stack(plain).reshape(chunks, x.shape[0], x.shape[2], x.shape[3]).transpose(0, 1);
        expected.backward([seed]);
        using var _ = no_grad();
        double byCoefficient = SelfCheck.Difference(kind == ScanKind.PerStep ? da : sum!, coefficients.grad!);
        return new[] { SelfCheck.Difference(h, expected.detach()), SelfCheck.Difference(l, inputs.grad!), byCoefficient }.Max();
    }

    private void Keep(Tensor result)
    {
        sum?.Dispose();
        sum = result.MoveToOuterDisposeScope();
    }

    /// <summary>Products of the coefficients from a chunk's start to each step.</summary>
    private Tensor Products() => kind == ScanKind.PerStep
        ? a.cumprod(0)
        : a.pow(arange(1, h.shape[0] + 1).reshape(-1, 1)).reshape(h.shape[0], 1, 1, -1);

    private void JoinForward()
    {
        Tensor products = Products(), whole = products[-1];
        Tensor[] ends = hSteps[^1].unbind(0);
        Tensor[] wholes = kind == ScanKind.PerStep ? whole.unbind(0) : [whole[0]];
        var carries = new Tensor[chunks];
        carries[0] = zeros_like(ends[0]);
        for (int c = 1; c < chunks; c++) carries[c] = addcmul(ends[c - 1], wholes[wholes.Length == 1 ? 0 : c - 1], carries[c - 1], ScanSteps.One);
        h.addcmul_(products, stack(carries).unsqueeze(0), ScanSteps.One);
    }

    private void JoinBackward()
    {
        // From a step to the start of the next chunk: products of the later coefficients, the next chunk's first included.
        Tensor products = kind == ScanKind.PerStep
            ? cat([a.narrow(0, 1, a.shape[0] - 1), roll(a.narrow(0, 0, 1), -1, 1)]).flip(0).cumprod(0).flip(0)
            : aConjugate[0].pow(arange(h.shape[0], 0, -1).reshape(-1, 1)).reshape(h.shape[0], 1, 1, -1);
        Tensor[] starts = lSteps[0].unbind(0);
        Tensor whole = products[0];
        Tensor[] wholes = kind == ScanKind.PerStep ? whole.unbind(0) : [whole[0]];
        var carries = new Tensor[chunks];
        carries[chunks - 1] = zeros_like(starts[0]);
        for (int c = chunks - 2; c >= 0; c--) carries[c] = addcmul(starts[c + 1], wholes[wholes.Length == 1 ? 0 : c + 1], carries[c + 1], ScanSteps.One);
        l.addcmul_(products, stack(carries).unsqueeze(0), ScanSteps.One);
    }
}
