using System.Runtime.CompilerServices;
using SsmDsl.Numerics;

namespace SsmDsl.Programs;

/// <summary>
/// One generated program (forward, backward, …) of a model in one precision. Stateless: everything a run needs comes with
/// the <see cref="ProgramRun"/>, so that any number of runs may be under way at once.
/// </summary>
public abstract unsafe class KernelProgram
{
    /// <summary>The class of devices whose kernels it has; null: the processor's.</summary>
    public virtual Type? DeviceClass => null;

    /// <summary>Tensors that the caller gives memory for: first those that the program reads, then those it writes.</summary>
    public abstract ReadOnlySpan<Slot> Slots { get; }

    /// <summary>Intermediate tensors; memory is planned per size of the run and shared where lifetimes allow.</summary>
    public abstract ReadOnlySpan<ArenaBuffer> Buffers { get; }

    /// <summary>One per run-time check, by its number: what is named when it fails.</summary>
    public abstract ReadOnlySpan<CheckInfo> Checks { get; }

    /// <summary>Writes the size in bytes of each of <see cref="Buffers"/>.</summary>
    /// <param name="dims">Dynamic sizes, the batch first.</param>
    public abstract void BufferSizes(ReadOnlySpan<nint> dims, Span<nint> bytes);

    /// <summary>How many parts leave every sequence to itself (<see cref="ProgramRun.ForSequences"/>) and have buffers of their own.</summary>
    public virtual int SequenceParts => 0;

    /// <summary>Writes the steps of a sequence in each of these parts, and how many sequences are a group.</summary>
    /// <param name="dims">Dynamic sizes, the batch first.</param>
    public virtual void SequenceSizes(ReadOnlySpan<nint> dims, Span<(nint Length, nint Group)> parts)
    {
    }

    /// <summary>Runs the program. Run-time checks that fail are recorded in <see cref="ProgramRun.Faults"/>.</summary>
    public abstract void Run(in ProgramRun run);
}

/// <summary>The type of an element in memory. Complex tensors are reals with a last axis of 2.</summary>
public enum ElementKind
{
    Float32,
    Float64,
    Int32,

    /// <summary>One byte, 0 or 1.</summary>
    Bool,
}

/// <param name="Group">What the tensor is.</param>
/// <param name="Index">Its number within the model definition's list of that group.</param>
/// <param name="FirstUse">The first step of the program that touches it.</param>
public readonly record struct Slot(SlotGroup Group, int Index, ElementKind Element, int FirstUse = 0);

public enum SlotGroup
{
    Input,
    Target,
    Parameter,
    InitialState,
    OutputSeed,
    FinalStateSeed,
    Output,
    Loss,
    Metric,
    FinalState,
    ParameterGradient,
    InputGradient,
    InitialStateGradient,
    ParameterValue,
}

/// <summary>An intermediate tensor that is alive from step <paramref name="FirstUse"/> to step <paramref name="LastUse"/> of its program.</summary>
/// <param name="Element">
/// Float32 or Float64 where the buffer holds reals only, dense and all written: then it is searched when a loss is not finite.
/// </param>
/// <param name="IsPrepared">
/// It depends on nothing but parameters and its size is fixed: it is filled by a run that <see cref="ProgramRun.Prepares"/>, and
/// keeps its contents for other runs until parameters change.
/// </param>
/// <param name="Part">
/// The number, from 1 on, of the only part that uses it of those that leave every sequence to itself; 0 for none. Where sequences run one
/// after the other, each thread has a buffer for one sequence (<see cref="ProgramRun.SequenceBuffers"/>).
/// </param>
public readonly record struct ArenaBuffer(string Name, int FirstUse, int LastUse, ElementKind? Element = null, bool IsPrepared = false, int Part = 0);

/// <summary>Everything one run of a program needs. Pointers are valid for the whole run, 64-byte aligned where the runtime owns them.</summary>
public readonly unsafe struct ProgramRun
{
    /// <summary>Dynamic sizes, the batch first.</summary>
    public required nint* Dims { get; init; }

    /// <summary>One pointer per slot, never null (outputs that the caller leaves out point to scratch).</summary>
    public required void** Slots { get; init; }

    /// <summary>One pointer per buffer. Contents are undefined at the start, those of prepared buffers excepted.</summary>
    public required byte** Buffers { get; init; }

    /// <summary>
    /// Tables like <see cref="Buffers"/>, one for each sequence that runs at a time, <see cref="SequenceTable"/> pointers from one to the
    /// next. Null where one thread runs: all then use the same.
    /// </summary>
    public byte** SequenceBuffers { get; init; }

    /// <inheritdoc cref="SequenceBuffers"/>
    public int SequenceTable { get; init; }

    /// <summary>All sequences run at once, so that each has buffers of its own.</summary>
    public bool AllAtOnce { get; init; }

    /// <summary>Key of the run's random numbers, from seed and step (<see cref="Numerics.Philox.RunKey"/>).</summary>
    public required ulong RandomKey { get; init; }
    public required bool Training { get; init; }

    /// <summary>Fills the prepared buffers from the parameters, and does nothing else: no other slot or buffer is touched.</summary>
    public bool Prepares { get; init; }

    /// <summary>No initial state was given: initial values of the program apply. Initial state slots hold zeros then.</summary>
    public required bool Start { get; init; }

    /// <summary>Positions of the stream before this chunk.</summary>
    public required int Offset { get; init; }
    public required WorkPool Pool { get; init; }

    /// <summary>What it runs on; null for the processor with <see cref="Pool"/>.</summary>
    public Device? Device { get; init; }

    /// <summary>Where failed checks are recorded.</summary>
    public required FaultRecord* Faults { get; init; }

    /// <summary>
    /// Runs a part of a program that leaves every sequence to itself: for one sequence after the other, each on one thread, whose
    /// caches then hold it throughout; or for all at once, where sequences are short or would leave threads idle. Results are the same.
    /// </summary>
    /// <param name="length">Steps of a sequence.</param>
    /// <param name="group">Sequences that one thread runs in their order: those that have a sum together.</param>
    /// <param name="part">Given the run, the first sequence, how many of them, and <paramref name="copies"/>.</param>
    /// <param name="copies">Counters of the loops over copies around.</param>
    public void ForSequences(nint length, nint group, delegate*<in ProgramRun, nint, nint, nint*, void> part, nint* copies)
    {
        nint batch = Dims[0];
        if (AllAtOnce || !Pool.RunsBySequence(batch, length, group))
        {
            part(in this, 0, batch, copies);
            return;
        }

        ProgramRun run = this;
        int* taken = stackalloc int[Pool.Threads];
        new Span<int>(taken, Pool.Threads).Clear();
        var sequences = new Sequences { Run = Unsafe.AsPointer(ref run), Part = part, Copies = copies, Group = group, Taken = taken };
        Pool.For(Positions.Ceiling(batch, group), &OneGroup, &sequences);

        static void OneGroup(nint item, void* context)
        {
            var all = (Sequences*)context;
            ref readonly ProgramRun whole = ref Unsafe.AsRef<ProgramRun>(all->Run);
            int table = Take(all->Taken, whole.Pool.Threads);
            FaultRecord faults = default;
            ProgramRun run = whole with { Faults = &faults, Buffers = whole.SequenceBuffers == null ? whole.Buffers : whole.SequenceBuffers + table * whole.SequenceTable };
            nint end = Math.Min((item + 1) * all->Group, run.Dims[0]);
            for (nint sequence = item * all->Group; sequence < end && faults.Check == 0; sequence++)
            {
                faults.Sequence = sequence;
                all->Part(in run, sequence, 1, all->Copies);
            }

            FaultRecord.Add(whole.Faults, faults);
            Volatile.Write(ref all->Taken[table], 0);
        }

        // As many items run at a time as there are threads: one is free. The thread's last one is in its caches.
        static int Take(int* taken, int count)
        {
            int table = lastTable < count ? lastTable : 0;
            while (Interlocked.CompareExchange(ref taken[table], 1, 0) != 0) table = table + 1 < count ? table + 1 : 0;
            return lastTable = table;
        }
    }

    [ThreadStatic]
    private static int lastTable;

    private struct Sequences
    {
        public void* Run;
        public delegate*<in ProgramRun, nint, nint, nint*, void> Part;
        public nint* Copies;
        public nint Group;

        /// <summary>Which tables of buffers are in use.</summary>
        public int* Taken;
    }
}
