using ILGPU;
using ILGPU.Runtime;
using SsmDsl.Ilgpu.Numerics;
using SsmDsl.Programs;

namespace SsmDsl.Ilgpu;

/// <summary>What a program launches its kernels with. Each run has one of its own; all of a device feed the same stream.</summary>
public sealed unsafe class Launcher
{
    private readonly IlgpuDevice device;
    private readonly long* faults;

    internal Launcher(IlgpuDevice device)
    {
        this.device = device;
        faults = (long*)device.Memory.Allocate(DeviceFaults.Length * sizeof(long));
        ClearFaults();
    }

    /// <summary>The tensor at an address of the device, all elements from there on. Truth values are bytes.</summary>
    public ArrayView<T> View<T>(void* pointer)
        where T : unmanaged => device.Addresses.View<T>(pointer);

    /// <summary>Where kernels note failed checks (<see cref="DeviceFaults.Report"/>).</summary>
    public ArrayView<long> Faults(in ProgramRun run) => device.Addresses.View<long>(faults);

    /// <summary>Sets memory of the device to zero, in order with the kernels.</summary>
    public void Clear(void* pointer, nint bytes)
    {
        if (bytes <= 0) return;
        device.Count();
        if (device.Recording is { } recording) Recorded(recording, pointer, bytes);
        else device.Memory.Clear(pointer, bytes);
    }

    /// <summary>
    /// Launches one thread for each item. Threads are grouped somehow, and there are some more than items: a kernel looks at
    /// <c>Grid.GlobalIndex.X</c>, ends where that is none of its items, and meets no other thread.
    /// </summary>
    /// <typeparam name="TArguments">All that the kernel takes: views and numbers.</typeparam>
    /// <exception cref="DeviceException">There are too many items, or the kernel cannot be compiled or launched.</exception>
    public void LaunchThreads<TArguments>(Action<TArguments> kernel, nint items, in TArguments arguments)
        where TArguments : struct => LaunchThreads(kernel, items, device.ThreadGroupSize, in arguments);

    /// <summary>The same in groups of no more threads than <paramref name="most"/>, for which there is shared memory.</summary>
    public void LaunchThreads<TArguments>(Action<TArguments> kernel, nint items, int most, in TArguments arguments)
        where TArguments : struct
    {
        int groupSize = Math.Min(device.ThreadGroupSize, most);
        if (items > int.MaxValue - groupSize) throw TooMany(items);
        if (items > 0) Launch(kernel, (int)((items + groupSize - 1) / groupSize), groupSize, in arguments);
    }

    /// <summary>
    /// Launches one warp for each item, several in a group: a kernel takes <c>Grid.GlobalIndex.X / Warp.WarpSize</c> for its item, and
    /// ends where that is none. Threads of a warp exchange values and wait for each other; warps do not.
    /// </summary>
    /// <typeparam name="TArguments">All that the kernel takes: views and numbers.</typeparam>
    /// <exception cref="DeviceException">There are too many items, or the kernel cannot be compiled or launched.</exception>
    public void LaunchWarps<TArguments>(Action<TArguments> kernel, nint items, in TArguments arguments)
        where TArguments : struct => LaunchWarps(kernel, items, device.WarpsOfGroup * device.Accelerator.WarpSize, in arguments);

    /// <summary>The same in groups of no more threads than <paramref name="most"/>, for which there is shared memory.</summary>
    public void LaunchWarps<TArguments>(Action<TArguments> kernel, nint items, int most, in TArguments arguments)
        where TArguments : struct
    {
        int warp = device.Accelerator.WarpSize, warps = Math.Min(device.WarpsOfGroup, most / warp);
        if (items > (int.MaxValue - warps) / warp) throw TooMany(items);
        if (items > 0) Launch(kernel, (int)((items + warps - 1) / warps), warps * warp, in arguments);
    }

    /// <summary>Launches one group of threads for each item: <c>Grid.IdxX</c> is the item. Threads of a group may share memory and wait for each other.</summary>
    /// <typeparam name="TArguments">All that the kernel takes: views and numbers.</typeparam>
    /// <exception cref="DeviceException">There are too many items or threads, or the kernel cannot be compiled or launched.</exception>
    public void LaunchGroups<TArguments>(Action<TArguments> kernel, nint items, int groupSize, in TArguments arguments)
        where TArguments : struct
    {
        if (items > int.MaxValue) throw TooMany(items);
        if (groupSize > device.Accelerator.MaxNumThreadsPerGroup)
        {
            throw new DeviceException(device.Name, $"a kernel needs groups of {groupSize} threads, the device has at most {device.Accelerator.MaxNumThreadsPerGroup}");
        }

        if (items > 0) Launch(kernel, (int)items, groupSize, in arguments);
    }

    /// <summary>
    /// Has a product computed by the library of the device, where there is one and the product is large enough, or in parts where the
    /// sums are long and the result is small; or else launches a group of <see cref="DeviceProduct.Threads"/> threads for each item.
    /// </summary>
    /// <param name="matrices">What the kernel computes with all its items.</param>
    /// <typeparam name="TArguments">All that the kernel takes: views and numbers.</typeparam>
    /// <typeparam name="T">float or double.</typeparam>
    /// <exception cref="DeviceException">There are too many items, or the kernel cannot be compiled or launched, or the library failed.</exception>
    public void LaunchProduct<TArguments, T>(Action<TArguments> kernel, nint items, in TArguments arguments, in DeviceMatrices<T> matrices)
        where TArguments : struct
        where T : unmanaged, System.Numerics.INumber<T>
    {
        if (!IsMultiplied(kernel.Method, in matrices)) LaunchGroups(kernel, items, DeviceProduct.Threads, in arguments);
    }

    /// <summary>The same where a kernel also does what follows the product.</summary>
    /// <param name="maps">Does only that, for each of so many <paramref name="elements"/> in a thread of its own.</param>
    public void LaunchProduct<TArguments, T>(
        Action<TArguments> kernel, nint items, in TArguments arguments, in DeviceMatrices<T> matrices, Action<TArguments> maps, nint elements)
        where TArguments : struct
        where T : unmanaged, System.Numerics.INumber<T>
    {
        if (IsMultiplied(kernel.Method, in matrices)) LaunchThreads(maps, elements, in arguments);
        else LaunchGroups(kernel, items, DeviceProduct.Threads, in arguments);
    }

    /// <summary>Between runs nothing failed: a run need not begin with it.</summary>
    internal void ClearFaults()
    {
        long* values = stackalloc long[DeviceFaults.Length] { DeviceFaults.None, -1, 0 };
        device.Memory.CopyIn(faults, values, DeviceFaults.Length * sizeof(long));
    }

    internal void WantFault(long key)
    {
        long* values = stackalloc long[DeviceFaults.Length] { DeviceFaults.None, key, 0 };
        device.Memory.CopyIn(faults, values, DeviceFaults.Length * sizeof(long));
    }

    internal long LowestFault() => Read(0);

    internal int FaultValue() => (int)Read(2);

    internal void Free() => device.Memory.Free(faults);

    private bool IsMultiplied<T>(System.Reflection.MethodInfo kernel, in DeviceMatrices<T> matrices)
        where T : unmanaged, System.Numerics.INumber<T> =>
        device.Products?.Multiply(kernel, in matrices) == true || device.DeepProducts.Multiply(this, in matrices);

    private long Read(int index)
    {
        long value;
        device.Memory.CopyOut(&value, faults + index, sizeof(long));
        return value;
    }

    private void Launch<TArguments>(Action<TArguments> kernel, int groups, int groupSize, in TArguments arguments)
        where TArguments : struct
    {
        Action<AcceleratorStream, KernelConfig, TArguments> launch = device.Kernels.Load(kernel);
        device.Count();
        if (device.Recording is { } recording) Recorded(recording, kernel, launch, new KernelConfig(groups, groupSize), arguments);
        else launch(device.Stream, new KernelConfig(groups, groupSize), arguments);
    }

    // Apart: closures are made where a method begins.
    private void Recorded<TArguments>(
        LaunchRecording recording, Action<TArguments> kernel, Action<AcceleratorStream, KernelConfig, TArguments> launch, KernelConfig shape, TArguments arguments)
        where TArguments : struct => recording.Take(kernel.Method, () => launch(device.Stream, shape, arguments));

    private void Recorded(LaunchRecording recording, void* pointer, nint bytes) => recording.Take(null, () => device.Memory.Clear(pointer, bytes));

    private DeviceException TooMany(nint items) =>
        new(device.Name, $"a kernel has {items} items, a launch takes fewer than 2^31: use a smaller batch or shorter sequences");
}
