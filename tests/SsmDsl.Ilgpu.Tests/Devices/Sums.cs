using ILGPU;
using SsmDsl.Programs;

namespace SsmDsl.Ilgpu.Tests.Devices;

/// <summary>A program of two kernels, written as generated ones are.</summary>
internal sealed unsafe class Sums : IlgpuProgram
{
    public override ReadOnlySpan<Slot> Slots => new Slot[] { new(SlotGroup.Input, 0, ElementKind.Float32), new(SlotGroup.Output, 0, ElementKind.Float32) };

    public override ReadOnlySpan<ArenaBuffer> Buffers => default;

    public override ReadOnlySpan<CheckInfo> Checks => new CheckInfo[] { new("a", null, "1"), new("b", null, "1") };

    public override void BufferSizes(ReadOnlySpan<nint> dims, Span<nint> bytes)
    {
    }

    protected override void Run(in ProgramRun run, Launcher launcher)
    {
        var arguments = new SumKernels.Arguments
        {
            Items = (int)run.Dims[0],
            X = launcher.View<float>(run.Slots[0]),
            Y = launcher.View<float>(run.Slots[1]),
            Faults = launcher.Faults(in run),
        };
        launcher.Clear(run.Slots[1], sizeof(float) * (run.Dims[0] + 1));
        launcher.LaunchThreads(SumKernels.Double, run.Dims[0], in arguments);
        launcher.LaunchGroups(SumKernels.Sum, 1, 64, in arguments);
    }
}

/// <summary>Its kernels.</summary>
public static class SumKernels
{
    public struct Arguments
    {
        public int Items;
        public ArrayView<float> X, Y;
        public ArrayView<long> Faults;
    }

    public static void Double(Arguments arguments)
    {
        int item = Grid.GlobalIndex.X;
        if (item >= arguments.Items) return;
        float x = arguments.X[item];
        if (x < 0) DeviceFaults.Report(arguments.Faults, 1, item, (int)x);
        arguments.Y[item] = 2 * x;
    }

    /// <summary>One group: a sum through shared memory and shuffles.</summary>
    public static void Sum(Arguments arguments)
    {
        ArrayView<float> warps = SharedMemory.Allocate<float>(2);
        float sum = 0;
        for (int i = Group.IdxX; i < arguments.Items; i += Group.DimX) sum += arguments.Y[i];
        for (int lanes = 16; lanes > 0; lanes >>= 1) sum += Warp.ShuffleXor(sum, lanes);
        if (Group.IdxX % 32 == 0) warps[Group.IdxX / 32] = sum;
        Group.Barrier();
        if (Group.IdxX == 0) arguments.Y[arguments.Items] = warps[0] + warps[1];
    }
}
