using System.Runtime.InteropServices;
using SsmDsl.Bench.Cases;
using SsmDsl.Cli.Benchmarking;
using static SsmDsl.Bench.Reference.Bits512.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace SsmDsl.Bench.Reference.Bits512;

/// <summary>Training steps written by hand: parameters with AdamW, memory for each thread.</summary>
internal abstract unsafe class TrainingReference<TContext>(ModelCase model) : ReferenceKernel<TContext>(model)
    where TContext : unmanaged
{
    private readonly List<nint> owned = [];

    /// <summary>Steps that were begun.</summary>
    protected int Step { get; set; }

    public override void Forward() => throw new NotSupportedException("a training step is run as a whole");

    public override void ForwardBackward() => throw new NotSupportedException("a training step is run as a whole");

    public override void Dispose()
    {
        foreach (nint block in owned) NativeMemory.Free((void*)block);
        base.Dispose();
    }

    /// <summary>A parameter as it is now; its values and its gradient are results, by its name and as <c>grad.NAME</c>.</summary>
    protected TrainedParameter* Trained(string name)
    {
        Parameter parameter = Model.Trained(name);
        NativeTensor values = Model.Parameter(name);
        float rate = (float)(ModelCase.LearningRate * parameter.LrFactor);
        var trained = (TrainedParameter*)Own(sizeof(TrainedParameter));
        *trained = new TrainedParameter
        {
            Count = parameter.Count,
            Rate = rate,
            Keep = parameter.Decay ? 1 - rate * (float)ModelCase.WeightDecay : 1,
            Values = Result(name, values.Shape),
            Gradient = Result("grad." + name, values.Shape),
            Mean = Scratch(parameter.Count),
            Square = Scratch(parameter.Count),
        };
        values.Values.CopyTo(new Span<float>(trained->Values, (int)parameter.Count));
        return trained;
    }

    /// <summary>One workspace for each thread.</summary>
    protected Workspaces Spaces<TSpace>(Func<TSpace> create)
        where TSpace : unmanaged
    {
        var spaces = new Workspaces((byte*)Own(Pool.Threads * sizeof(TSpace)), (int*)Own(Pool.Threads * sizeof(int)), sizeof(TSpace));
        for (int i = 0; i < Pool.Threads; i++) *(TSpace*)spaces.At(i) = create();
        return spaces;
    }

    /// <summary>Adds to the first group's gradients those of the others, <paramref name="apart"/> from each other.</summary>
    protected static void SumGroups(float* first, nint count, nint groups, nint apart)
    {
        for (nint i = 0; i < count; i += W)
        {
            V sum = Load(first + i);
            for (nint group = 1; group < groups; group++) sum += Load(first + group * apart + i);
            Store(sum, first + i);
        }
    }

    protected static void Change(TrainedParameter* parameter, float* gradient, int step)
    {
        NativeMemory.Copy(gradient, parameter->Gradient, (nuint)(parameter->Count * sizeof(float)));
        parameter->Update(step);
    }

    private void* Own(nint bytes)
    {
        void* block = NativeMemory.AllocZeroed((nuint)bytes);
        owned.Add((nint)block);
        return block;
    }
}

/// <summary>Memory that threads take and leave; the lowest that is free, so that a thread mostly gets what is in its cache.</summary>
internal readonly unsafe struct Workspaces(byte* first, int* taken, int size)
{
    private readonly byte* first = first;
    private readonly int* taken = taken;
    private readonly int size = size;

    public void* At(int index) => first + index * size;

    public int Take()
    {
        int index = 0;
        while (Interlocked.Exchange(ref taken[index], 1) != 0) index++;
        return index;
    }

    public void Leave(int index) => Volatile.Write(ref taken[index], 0);
}
