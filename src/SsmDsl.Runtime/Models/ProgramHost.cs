using SsmDsl.Memory;
using SsmDsl.Programs;

namespace SsmDsl.Models;

/// <summary>A program of a model with what does not depend on the run: its slots by group, memory plans by size, calls to use again.</summary>
internal sealed class ProgramHost : IDisposable
{
    // Plans are small (three numbers a buffer); a program that meets a new size every time must still not grow for ever.
    private const int KeptPlans = 64;
    private const int KeptCalls = 64;

    private static readonly int Groups = Enum.GetValues<SlotGroup>().Length;

    private readonly Lock gate = new();
    private readonly int[][] slotOf;
    private readonly List<ArenaPlan> plans = [];
    private readonly Stack<ModelCall> calls = new();
    private PreparedValues? prepared;

    public ProgramHost(ModelEngine engine, ProgramKind kind, KernelProgram program)
    {
        Engine = engine;
        Kind = kind;
        Program = program;
        Slots = program.Slots.ToArray();
        foreach (ArenaBuffer buffer in program.Buffers) HasPrepared |= buffer.IsPrepared;
        slotOf = new int[Groups][];
        for (int group = 0; group < Groups; group++)
        {
            slotOf[group] = new int[Size(engine.Definition, (SlotGroup)group)];
            slotOf[group].AsSpan().Fill(-1);
        }

        for (int slot = 0; slot < Slots.Length; slot++) slotOf[(int)Slots[slot].Group][Slots[slot].Index] = slot;
    }

    public ModelEngine Engine { get; }

    public ProgramKind Kind { get; }

    public KernelProgram Program { get; }

    public Slot[] Slots { get; }

    /// <summary>Whether the program has buffers that are kept from run to run.</summary>
    public bool HasPrepared { get; }

    /// <summary>Number of a slot, -1 if the program has none for this tensor.</summary>
    public int SlotOf(SlotGroup group, int index) => slotOf[(int)group][index];

    public ArenaPlan Plan(ReadOnlySpan<nint> dims)
    {
        lock (gate)
        {
            foreach (ArenaPlan known in plans)
            {
                if (dims.SequenceEqual(known.Dims)) return known;
            }

            ArenaPlan plan = MakePlan(dims);
            if (plans.Count == KeptPlans) plans.RemoveAt(0);
            plans.Add(plan);
            return plan;
        }
    }

    public ArenaPlan MakePlan(ReadOnlySpan<nint> dims, ArenaContent content = ArenaContent.Run)
    {
        ReadOnlySpan<ArenaBuffer> buffers = Program.Buffers;
        nint[] sizes = new nint[buffers.Length], ofOne = new nint[buffers.Length];
        Program.BufferSizes(dims, sizes);
        if (content != ArenaContent.Run || Program.SequenceParts == 0) return ArenaPlan.Make(buffers, dims, sizes, content);

        var parts = new (nint Length, nint Group)[Program.SequenceParts];
        Program.SequenceSizes(dims, parts);
        WorkPool pool = Engine.Device.Pool;
        bool[] bySequence = new bool[parts.Length];
        for (int part = 0; part < parts.Length; part++) bySequence[part] = pool.RunsBySequence(dims[0], parts[part].Length, parts[part].Group);
        Program.BufferSizes([1, .. dims[1..]], ofOne);
        for (int i = 0; i < sizes.Length; i++)
        {
            if (buffers[i].Part > 0 && bySequence[buffers[i].Part - 1]) sizes[i] = ofOne[i];
        }

        return ArenaPlan.Make(buffers, dims, sizes, content, bySequence, pool.Threads);
    }

    /// <summary>What runs share until parameters change.</summary>
    public PreparedValues Prepared()
    {
        lock (gate) return prepared ??= new PreparedValues(this);
    }

    public ModelCall Rent()
    {
        lock (gate)
        {
            if (calls.TryPop(out ModelCall? call)) return call;
        }

        return new ModelCall(this);
    }

    public void Return(ModelCall call)
    {
        lock (gate)
        {
            if (calls.Count < KeptCalls)
            {
                calls.Push(call);
                return;
            }
        }

        call.Free();
    }

    public void Dispose()
    {
        while (calls.TryPop(out ModelCall? call)) call.Free();
        prepared?.Dispose();
    }

    private static int Size(ModelDefinition definition, SlotGroup group) => group switch
    {
        SlotGroup.Input or SlotGroup.InputGradient => definition.Inputs.Length,
        SlotGroup.Target => definition.Targets.Length,
        SlotGroup.Output or SlotGroup.OutputSeed => definition.Outputs.Length,
        SlotGroup.Loss => 1,
        SlotGroup.Metric => definition.Metrics.Length,
        SlotGroup.Parameter or SlotGroup.ParameterGradient or SlotGroup.ParameterValue => definition.Parameters.Length,
        _ => definition.States.Length,
    };
}
