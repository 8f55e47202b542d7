using SsmDsl.Programs;

namespace SsmDsl.Cli.Kernels;

/// <summary>Stands where a model's definition has a program that a command does not run, and that was therefore not compiled.</summary>
internal sealed unsafe class AbsentProgram : KernelProgram
{
    public static readonly AbsentProgram Instance = new();

    /// <summary>It is as good on one device as on the other.</summary>
    public override Type? DeviceClass => typeof(Device);

    public override ReadOnlySpan<Slot> Slots => [];

    public override ReadOnlySpan<ArenaBuffer> Buffers => [];

    public override ReadOnlySpan<CheckInfo> Checks => [];

    public override void BufferSizes(ReadOnlySpan<nint> dims, Span<nint> bytes)
    {
    }

    public override void Run(in ProgramRun run) => throw new InvalidOperationException("this program was not compiled");
}
