using System.Numerics;
using SsmDsl.Devices;
using SsmDsl.Ilgpu.Kernels;
using SsmDsl.Programs;

namespace SsmDsl.Ilgpu.Training;

/// <summary>
/// Optimizers on the device. A step is one launch; the global norm is one more and a short sum on the host. No two threads
/// write the same place, and sums are in a fixed order, so that results are the same from run to run.
/// </summary>
internal sealed unsafe class IlgpuTraining(IlgpuDevice device) : TrainingKernels, IDisposable
{
    // Tables are written for one launch at a time.
    private readonly Lock gate = new();
    private readonly PieceTable table = new(device.Memory);
    private double* sums;
    private double[] hostSums = [];
    private nint capacity;

    public override void Add(void* sum, void* term, nint count, ElementKind element)
    {
        if (element == ElementKind.Float64) AddTo<double, DoubleReal>(sum, term, count);
        else AddTo<float, SingleReal>(sum, term, count);
    }

    public override double SumOfSquares(ReadOnlySpan<UpdatePiece> pieces, ElementKind element) => element == ElementKind.Float64
        ? SumOfSquares<double, DoubleReal>(pieces)
        : SumOfSquares<float, SingleReal>(pieces);

    public override void AdamW(ReadOnlySpan<UpdatePiece> pieces, in AdamWStep step, ElementKind element)
    {
        if (element == ElementKind.Float64) AdamW<double, DoubleReal>(pieces, in step);
        else AdamW<float, SingleReal>(pieces, in step);
    }

    public override void Sgd(ReadOnlySpan<UpdatePiece> pieces, in SgdStep step, ElementKind element)
    {
        if (element == ElementKind.Float64) Sgd<double, DoubleReal>(pieces, in step);
        else Sgd<float, SingleReal>(pieces, in step);
    }

    public void Dispose()
    {
        table.Free();
        device.Memory.Free(sums);
        sums = null;
    }

    private void AddTo<T, TReal>(void* sum, void* term, nint count)
        where T : unmanaged, INumber<T>
        where TReal : struct, IDeviceReal<T>
    {
        using LauncherLease lease = device.Lease();
        Launcher launcher = lease.Launcher;
        lease.Launch(UpdateKernels<T, TReal>.Add, count, new AddArguments<T> { Items = checked((int)count), Sum = launcher.View<T>(sum), Term = launcher.View<T>(term) });
    }

    private double SumOfSquares<T, TReal>(ReadOnlySpan<UpdatePiece> pieces)
        where T : unmanaged, INumber<T>
        where TReal : struct, IDeviceReal<T>
    {
        lock (gate)
        {
            nint threads = table.Write(pieces, sizeof(T), SumOrder.Block, SumOrder.Threads);
            Grow(threads);
            using LauncherLease lease = device.Lease();
            lease.Launch(UpdateKernels<T, TReal>.Squares, threads, new SquareArguments<T>
            {
                Items = (int)threads,
                Count = pieces.Length,
                Pieces = lease.Launcher.View<DevicePiece>(table.Place),
                Memory = lease.Launcher.View<T>(null),
                Sums = lease.Launcher.View<double>(sums),
            });
            fixed (double* to = hostSums) device.Memory.CopyOut(to, sums, threads * sizeof(double));
            double sum = 0;
            for (nint i = 0; i < threads; i++) sum += hostSums[i];
            return sum;
        }
    }

    private void AdamW<T, TReal>(ReadOnlySpan<UpdatePiece> pieces, in AdamWStep step)
        where T : unmanaged, INumber<T>
        where TReal : struct, IDeviceReal<T>
    {
        lock (gate)
        {
            nint threads = table.Write(pieces, sizeof(T), 1, 1, step.Correction1);
            using LauncherLease lease = device.Lease();
            lease.Launch(UpdateKernels<T, TReal>.AdamW, threads, new AdamWArguments<T>
            {
                Items = (int)threads,
                Count = pieces.Length,
                Pieces = lease.Launcher.View<DevicePiece>(table.Place),
                Memory = lease.Launcher.View<T>(null),
                Step = step,
            });
        }
    }

    private void Sgd<T, TReal>(ReadOnlySpan<UpdatePiece> pieces, in SgdStep step)
        where T : unmanaged, INumber<T>
        where TReal : struct, IDeviceReal<T>
    {
        lock (gate)
        {
            nint threads = table.Write(pieces, sizeof(T), 1, 1);
            using LauncherLease lease = device.Lease();
            lease.Launch(UpdateKernels<T, TReal>.Sgd, threads, new SgdArguments<T>
            {
                Items = (int)threads,
                Count = pieces.Length,
                Pieces = lease.Launcher.View<DevicePiece>(table.Place),
                Memory = lease.Launcher.View<T>(null),
                Scale = step.Scale,
                Momentum = step.Momentum,
                Nesterov = step.Nesterov ? 1 : 0,
            });
        }
    }

    private void Grow(nint threads)
    {
        if (capacity >= threads) return;
        device.Memory.Free(sums);
        sums = (double*)device.Memory.Allocate(threads * sizeof(double));
        hostSums = new double[threads];
        capacity = threads;
    }
}
