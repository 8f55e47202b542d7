"""What PyTorch does of the same workloads: eager, under torch.compile, as an associative scan, and by the published kernel of the selective scan."""
import statistics
import time

try:
    import torch
except ImportError as error:
    torch, MISSING = None, str(error)


def loop(coefficient, given):
    """h[t] = a[t] h[t-1] + x[t], a step after the other."""
    state, states = torch.zeros_like(given[:, 0]), []
    for t in range(given.shape[1]):
        state = coefficient[:, t] * state + given[:, t]
        states.append(state)
    return torch.stack(states, 1)


def doubling(coefficient, given):
    """The same in log2 T passes over the whole (Hillis and Steele)."""
    distance = 1
    while distance < given.shape[1]:
        moved = given[:, distance:] + coefficient[:, distance:] * given[:, :-distance]
        given = torch.cat([given[:, :distance], moved], 1)
        coefficient = torch.cat([coefficient[:, :distance], coefficient[:, distance:] * coefficient[:, :-distance]], 1)
        distance *= 2
    return given


def associative(coefficient, given):
    """PyTorch's own scan, which exists under torch.compile only."""
    from torch._higher_order_ops.associative_scan import associative_scan
    return associative_scan(lambda p, q: (p[0] * q[0], q[0] * p[1] + q[1]), (coefficient, given), dim=1)[1]


def selective(scan):
    def run(x, delta, b, c, a, skip):
        decay = torch.exp(delta[..., None] * a)
        given = (delta * x)[..., None] * b[:, :, None, :]
        return (scan(decay, given) * c[:, :, None, :]).sum(-1) + skip * x
    return run


def published(x, delta, b, c, a, skip):
    """The kernel of state-spaces/mamba, whose time comes last."""
    from mamba_ssm.ops.selective_scan_interface import selective_scan_fn
    x, delta, b, c = (v.transpose(1, 2) for v in (x, delta, b, c))
    return selective_scan_fn(x.contiguous(), delta.contiguous(), a, b.contiguous(), c.contiguous(), skip).transpose(1, 2)


def mlp(x, w1, b1, w2, b2):
    f = torch.nn.functional
    return f.linear(f.gelu(f.linear(x, w1, b1)), w2, b2)


def scans(wrap=lambda scan: scan):
    yield "eager, a step after the other", wrap(loop), False
    yield "eager, log2 T passes", wrap(doubling), False
    yield "torch.compile, log2 T passes", wrap(doubling), True
    yield "torch.compile, associative_scan", wrap(associative), True


def workload(model, batch, length, device):
    """Formulations, and the inputs that all of them take."""
    random = torch.Generator(device=device).manual_seed(1)

    def real(*shape):
        return torch.rand(*shape, generator=random, device=device)

    if model == "RealScan":
        return scans(), [real(batch, length, 512), real(batch, length, 512)]
    if model == "ComplexScan":
        rotation = torch.polar(0.9 + 0.099 * real(256), 0.3 * real(256))
        return scans(lambda scan: lambda x, a: scan(a.expand_as(x), x)), [torch.complex(real(batch, length, 256), real(batch, length, 256)), rotation]
    if model == "SelectiveScan":
        inputs = [real(batch, length, 1536), 0.1 * real(batch, length, 1536), real(batch, length, 16), real(batch, length, 16), -1 - 15 * real(1536, 16), real(1536)]
        return [*scans(selective), ("the published kernel", published, False)], inputs
    (width, hidden) = (64, 256) if model == "Perceptron" else (256, 1024)
    inputs = [real(batch, length, width), real(hidden, width) / width, real(hidden), real(width, hidden) / hidden, real(width)]
    return [("eager", mlp, False), ("torch.compile", mlp, True)], inputs


class Peers:
    def __init__(self, device, seconds):
        self.all, self.seconds, self.isOnGpu = [], seconds, device == "cuda"
        if torch is None:
            self.description = f"without PyTorch: {MISSING}"
            return
        if self.isOnGpu and not torch.cuda.is_available():
            raise SystemExit("PyTorch finds no CUDA device on this machine")
        # Full float32, as ours.
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
        torch.set_float32_matmul_precision("highest")
        self.device = "cuda" if self.isOnGpu else "cpu"
        self.description = f"PyTorch {torch.__version__} on {torch.cuda.get_device_name() if self.isOnGpu else 'the processor'}"

    def times(self, model, batch, length, mode):
        """Median milliseconds of each formulation, as words."""
        if torch is None:
            return []
        formulations, inputs = workload(model, batch, length, self.device)
        found = []
        for name, function, compiled in formulations:
            try:
                milliseconds = self.measure(torch.compile(function) if compiled else function, inputs, mode == "backward")
                self.all.append({"model": model, "mode": mode, "formulation": name, "median_ms": milliseconds})
                found.append(f"{name} {milliseconds:.3f}")
            except Exception as error:  # whatever a formulation fails of: the table says it, and goes on
                lines = str(error).strip().splitlines() or [type(error).__name__]
                self.all.append({"model": model, "mode": mode, "formulation": name, "error": str(error)})
                found.append(f"{name}: {type(error).__name__}, {lines[0][:80]}")
            if self.isOnGpu:
                torch.cuda.empty_cache()
        return found

    def measure(self, function, inputs, backward):
        inputs = [i.detach().clone().requires_grad_(backward) for i in inputs]
        seed = None

        def run():
            nonlocal seed
            result = function(*inputs)
            if backward:
                seed = torch.ones_like(result) if seed is None else seed
                torch.autograd.grad(result, inputs, seed)

        for _ in range(3):
            run()
        times, until = [], time.perf_counter() + self.seconds
        while time.perf_counter() < until or len(times) < 3:
            times.append(self.once(run))
        return statistics.median(times)

    def once(self, run):
        if not self.isOnGpu:
            begun = time.perf_counter()
            run()
            return 1000 * (time.perf_counter() - begun)
        begun, ended = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        begun.record()
        run()
        ended.record()
        torch.cuda.synchronize()
        return begun.elapsed_time(ended)
