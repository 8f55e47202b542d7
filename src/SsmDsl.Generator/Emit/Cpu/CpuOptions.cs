using System.Collections.Immutable;
using SsmDsl.Lowering;

namespace SsmDsl.Emit;

/// <summary>Choices of the CPU back end.</summary>
public sealed record CpuOptions
{
    public static CpuOptions Default { get; } = new();

    /// <summary>
    /// Widths of vectors in bits that kernels are printed for, of 512, 256 and 128; the widest one that the machine has is taken
    /// when a program starts. Without 128, whose vectors every machine has, there is a form of one element after the other too.
    /// </summary>
    public ImmutableArray<int> Widths { get; init; } = [512, 256, 128];

    /// <summary>For one machine only, whose widest vectors have these bits: kernels are printed in the form that it takes, and in no other.</summary>
    public int? Machine { get; init; }

    /// <summary>What kernels are made for; tests run what GPUs do with sequences on the processor too.</summary>
    public LoweringTarget Target { get; init; } = LoweringTarget.Cpu;
}
