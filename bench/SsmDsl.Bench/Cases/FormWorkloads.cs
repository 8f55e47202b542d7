using SsmDsl.Bench.Models;
using SsmDsl.Bench.Reference;
using SsmDsl.Bench.Reference.Bits512;

namespace SsmDsl.Bench.Cases;

/// <summary>Recurrences of other forms, which no pass may know by name.</summary>
internal static class FormWorkloads
{
    private const double Wide = 8.0 * 512 * 512, Narrow = 4.0 * 512 * 256, States = 8, Heads = 32.0 * 256 * 8 * 16 * 16;

    public static readonly Workload[] All =
    [
        new(
            "F-gate",
            "gates, B 8 T 512 D 512",
            d => GateForm.Create(d),
            [8, 512],
            [
                (Phase.Forward, new(Read: 8 * Wide, Written: 4 * Wide, Flops: 2 * Wide, Operations: (Work.Sigmoid + 1) * Wide)),
                (Phase.ForwardBackward, new(Read: 12 * Wide, Written: 12 * Wide, Flops: 4 * Wide, Operations: (2 * Work.Sigmoid + 7) * Wide)),
            ],
            Widest.Of<GateReference>)
        {
            Ranges = new Dictionary<string, (double, double)> { ["z"] = (-4, 1) },
        },
        new(
            "F-oscillator",
            "two coupled states, B 8 T 512 D 512",
            d => OscillatorForm.Create(d),
            [8, 512],
            [
                (Phase.Forward, new(Read: 4 * Wide, Written: 4 * Wide, Flops: 6 * Wide, Operations: 0)),
                (Phase.ForwardBackward, new(Read: 8 * Wide, Written: 8 * Wide, Flops: 16 * Wide, Operations: 0)),
            ],
            Widest.Of<OscillatorReference>),
        new(
            "F-complex",
            "eight complex states a channel, B 4 T 512 D 256",
            d => ComplexForm.Create(d),
            [4, 512],
            [
                (Phase.Forward, new(Read: 4 * Narrow, Written: 4 * Narrow, Flops: 12 * States * Narrow, Operations: 0)),
                (Phase.ForwardBackward, new(Read: 8 * Narrow, Written: 8 * Narrow, Flops: 46 * States * Narrow, Operations: 0)),
            ],
            Widest.Of<ComplexReference>),
        new(
            "F-heads",
            "a 16×16 matrix for each of 8 heads, B 32 T 256",
            d => HeadForm.Create(d),
            [32, 256],
            [
                (Phase.Forward, new(Read: 4 * Heads / 16, Written: 4 * Heads / 16, Flops: 2 * Heads, Operations: 0)),
                (Phase.ForwardBackward, new(Read: 8 * Heads / 16, Written: 8 * Heads / 16, Flops: 6 * Heads, Operations: 0)),
            ],
            Widest.Of<HeadReference>),
        new(
            "F-tanh",
            "through tanh, B 8 T 512 D 512",
            d => TanhForm.Create(d),
            [8, 512],
            [
                (Phase.Forward, new(Read: 4 * Wide, Written: 4 * Wide, Flops: 2 * Wide, Operations: Work.Sigmoid * Wide)),
                (Phase.ForwardBackward, new(Read: 8 * Wide, Written: 8 * Wide, Flops: 6 * Wide, Operations: (Work.Sigmoid + 3) * Wide)),
            ],
            Widest.Of<TanhReference>),
    ];
}
