using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using SsmDsl.Bench.Cases;
using SsmDsl.Bench.Reference;

namespace SsmDsl.Bench;

/// <summary>Generated kernels beside hand-written ones, under BenchmarkDotNet.</summary>
public class KernelBenchmarks
{
    private Device device = null!;
    private ModelCase model = null!;
    private ReferenceKernel reference = null!;
    private Action generated = null!;
    private Action byHand = null!;

    /// <summary>Workload and phase.</summary>
    [ParamsSource(nameof(Cases))]
    public string Case { get; set; } = "";

    /// <summary>Everything that has a reference.</summary>
    public static IEnumerable<string> Cases =>
        from workload in Catalog.All
        where workload.Reference is not null
        from phase in workload.Phases
        select $"{workload.Name} {phase.Phase.Name()}";

    /// <summary>Runs them; the arguments are BenchmarkDotNet's.</summary>
    public static void Run(string[] arguments)
    {
        // In this process: the models are compiled into it.
        Job job = Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance);
        BenchmarkSwitcher.FromTypes([typeof(KernelBenchmarks)])
            .Run(arguments.Length > 0 ? arguments : ["--filter", "*"], ManualConfig.Create(DefaultConfig.Instance).AddJob(job));
    }

    [GlobalSetup]
    public void Setup()
    {
        Workload workload = Catalog.All.Single(w => w.Name == Case.Split(' ')[0]);
        Phase phase = workload.Phases.Single(p => Case == $"{workload.Name} {p.Phase.Name()}").Phase;
        device = Device.Cpu();
        model = new ModelCase(workload, device, withGradients: workload.Phases.Any(p => p.Phase == Phase.ForwardBackward));
        reference = workload.Reference!(model);
        generated = model.Run(phase);
        byHand = reference.Run(phase);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        reference.Dispose();
        model.Dispose();
        device.Dispose();
    }

    [Benchmark(Baseline = true)]
    public void ByHand() => byHand();

    [Benchmark]
    public void Generated() => generated();
}
