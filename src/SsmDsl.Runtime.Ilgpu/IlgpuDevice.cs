using System.Collections.Concurrent;
using System.Globalization;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using SsmDsl.Devices;
using SsmDsl.Ilgpu.Devices;
using SsmDsl.Ilgpu.Kernels;
using SsmDsl.Ilgpu.Products;
using SsmDsl.Ilgpu.Training;
using SsmDsl.Programs;

namespace SsmDsl.Ilgpu;

/// <summary>
/// A GPU under CUDA, or ILGPU's simulator of one, with one stream of work. Tensors stay in its memory; the caller's are copied
/// in, and results out where the caller has given memory for them.
/// </summary>
public sealed class IlgpuDevice : Device
{
    /// <summary>Multiplications from which on a product of matrices is left to cuBLAS, where it is installed.</summary>
    public const long LargeProduct = LibraryProducts.Smallest;

    /// <summary>Threads that exchange values without shared memory; kernels are written for this.</summary>
    private const int Warp = 32;

    private readonly Context? context;
    private readonly bool ownsAccelerator;
    private readonly ConcurrentBag<Launcher> launchers = [];
    private readonly Lazy<Device> host = new(() => Cpu());
    private readonly IlgpuTraining training;
    private long launches;
    private LaunchRecording? recording;

    private IlgpuDevice(Context? context, Accelerator accelerator)
    {
        this.context = context;
        ownsAccelerator = context is not null;
        Accelerator = accelerator;
        Name = NameOf(accelerator);
        Stream = accelerator.CreateStream();
        Addresses = new AddressSpace(accelerator);
        Kernels = new KernelStore(this);
        Memory = accelerator is CudaAccelerator cuda ? new CudaMemory(cuda, (CudaStream)Stream, Name) : DeviceMemory.Simulated;
        training = new IlgpuTraining(this);
        DeepProducts = new DeepProducts(this);
        if (accelerator is CudaAccelerator owner) Products = new LibraryProducts(this, () => new Cublas(this, owner));
    }

    /// <summary>What runs the kernels.</summary>
    public Accelerator Accelerator { get; }

    /// <summary>The name of the hardware.</summary>
    public string Name { get; }

    /// <summary>Number of kernels launched and blocks of memory cleared since the device was made.</summary>
    public long Launches => Volatile.Read(ref launches);

    /// <summary>
    /// Whether cuBLAS may compute large products of matrices where it is installed (version 10, 11 or 12); otherwise kernels of this
    /// package do. On at first, and of no effect on the simulator.
    /// </summary>
    public bool AllowsCublas
    {
        get => Products?.IsAllowed ?? false;
        set
        {
            if (Products is not null) Products.IsAllowed = value;
        }
    }

    /// <summary>What computes large products of matrices, or why it is not cuBLAS.</summary>
    public string MatrixProducts => Products is not { } products ? "kernels compute all products"
        : products.IsAllowed ? products.Status
        : "kernels compute all products: cuBLAS is not allowed";

    /// <summary>Times kernels from now on, until the recording is disposed of.</summary>
    /// <exception cref="InvalidOperationException">Another recording has not ended.</exception>
    public LaunchRecording Record()
    {
        var own = new LaunchRecording(this);
        return Interlocked.CompareExchange(ref recording, own, null) is null ? own : throw new InvalidOperationException("kernels of the device are recorded already: dispose of the other recording first");
    }

    /// <inheritdoc/>
    public override DeviceMemory Memory { get; }

    /// <summary>The processor's, for what is not worth a launch: initial values of parameters.</summary>
    public override WorkPool Pool => host.Value.Pool;

    /// <inheritdoc/>
    public override TrainingKernels Training => training;

    internal AcceleratorStream Stream { get; }

    /// <summary>Null where there is no library for such devices.</summary>
    internal LibraryProducts? Products { get; set; }

    internal DeepProducts DeepProducts { get; set; }

    internal LaunchRecording? Recording => Volatile.Read(ref recording);

    internal AddressSpace Addresses { get; }

    internal KernelStore Kernels { get; }

    /// <summary>
    /// Threads of a group whose threads never meet. The simulator pays for each switch between threads, and for none in groups of one.
    /// </summary>
    internal int ThreadGroupSize => Accelerator.AcceleratorType == AcceleratorType.CPU ? 1 : 128;

    /// <summary>Warps of a group whose warps never meet.</summary>
    internal int WarpsOfGroup => Accelerator.AcceleratorType == AcceleratorType.CPU ? 1 : 4;

    /// <summary>Name, memory and architecture.</summary>
    public override string ToString() => Accelerator is CudaAccelerator cuda
        ? string.Create(CultureInfo.InvariantCulture, $"{Name}, {Accelerator.MemorySize / (1024.0 * 1024 * 1024):F1} GiB, {cuda.Architecture}, driver {cuda.DriverVersion}")
        : $"{Name}, warps of {Accelerator.WarpSize} threads";

    /// <summary>Takes a context with its accelerator, and owns both; or an accelerator alone, which stays its owner's.</summary>
    internal static IlgpuDevice Of(Context? context, Accelerator accelerator)
    {
        string name = NameOf(accelerator);
        if (accelerator is not (CudaAccelerator or CPUAccelerator))
        {
            throw new DeviceException(name, $"accelerators of kind {accelerator.AcceleratorType} are not supported: kernels address memory directly, which needs CUDA or ILGPU's CPU accelerator");
        }

        if (accelerator.WarpSize != Warp)
        {
            throw new DeviceException(name, $"has warps of {accelerator.WarpSize} threads, kernels are written for {Warp}: make the context with CPUDeviceKind.Nvidia");
        }

        return new IlgpuDevice(context, accelerator);
    }

    internal Launcher Rent()
    {
        Accelerator.Bind();
        return launchers.TryTake(out Launcher? launcher) ? launcher : new Launcher(this);
    }

    internal void Return(Launcher launcher) => launchers.Add(launcher);

    /// <summary>For kernels that belong to no program.</summary>
    internal LauncherLease Lease() => new(this);

    internal void End(LaunchRecording ended) => Interlocked.CompareExchange(ref recording, null, ended);

    internal void Count() => Interlocked.Increment(ref launches);

    internal DeviceException Failure(AcceleratorException e) => new(Name, $"failed: {e.Message}", e);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Accelerator.Bind();
        while (launchers.TryTake(out Launcher? launcher)) launcher.Free();
        Products?.Dispose();
        DeepProducts.Dispose();
        training.Dispose();
        Addresses.Dispose();
        Stream.Dispose();
        (Memory as IDisposable)?.Dispose();
        if (ownsAccelerator) Accelerator.Dispose();
        context?.Dispose();
        if (host.IsValueCreated) host.Value.Dispose();
    }

    private static string NameOf(Accelerator accelerator) => accelerator is CPUAccelerator ? "ILGPU's simulator" : accelerator.Name;
}
