using System.Runtime.InteropServices;
using SsmDsl.Bench.Cases;
using SsmDsl.Cli.Benchmarking;
using SsmDsl.Programs;

namespace SsmDsl.Bench.Reference;

/// <summary>
/// Kernels written by hand for one workload, with what docs/benchmarks.md names as techniques: the yardstick of generated ones.
/// Results are compared with the generated ones before anything is timed.
/// </summary>
internal abstract unsafe class ReferenceKernel(ModelCase model) : IDisposable
{
    private readonly List<NativeTensor> results = [];
    private readonly List<NativeTensor> scratch = [];

    /// <summary>Results by the names that <see cref="ModelCase.Results"/> has.</summary>
    public IReadOnlyList<NativeTensor> Results => results;

    protected ModelCase Model { get; } = model;

    protected WorkPool Pool { get; } = model.Device.Pool;

    protected nint Batch => Model.Sizes[0];

    protected nint Length => Model.Sizes[1];

    public abstract void Forward();

    /// <summary>Forward and backward.</summary>
    public abstract void ForwardBackward();

    /// <summary>Forward, backward and the optimizer.</summary>
    public virtual void Train() => throw new NotSupportedException("these kernels do not train");

    /// <summary>Runs a phase once.</summary>
    public Action Run(Phase phase) => phase switch
    {
        Phase.ForwardBackward => ForwardBackward,
        Phase.Train => Train,
        _ => Forward,
    };

    public virtual void Dispose()
    {
        foreach (NativeTensor tensor in results.Concat(scratch)) tensor.Dispose();
    }

    protected float* Input(string name) => Model.Input(name).Floats;

    protected float* Parameter(string name) => Model.Parameter(name).Floats;

    protected float* Result(string name, params nint[] shape)
    {
        var tensor = new NativeTensor(name, ElementKind.Float32, shape);
        results.Add(tensor);
        return tensor.Floats;
    }

    protected float* Scratch(nint count)
    {
        var tensor = new NativeTensor("scratch", ElementKind.Float32, [count]);
        scratch.Add(tensor);
        return tensor.Floats;
    }
}

/// <summary>Kernels whose parallel loops share a context.</summary>
internal abstract unsafe class ReferenceKernel<TContext> : ReferenceKernel
    where TContext : unmanaged
{
    protected ReferenceKernel(ModelCase model)
        : base(model) => C = (TContext*)NativeMemory.AllocZeroed((nuint)sizeof(TContext));

    protected TContext* C { get; }

    protected void For(nint count, delegate*<nint, void*, void> body) => Pool.For(count, body, C);

    public override void Dispose()
    {
        NativeMemory.Free(C);
        base.Dispose();
    }
}
