namespace SsmDsl.Programs;

/// <summary>Two programs for the same tensors, one for short sequences and steps of a stream, one for long sequences.</summary>
public sealed unsafe class LengthChoice : KernelProgram
{
    private readonly KernelProgram shorter;
    private readonly KernelProgram longer;
    private readonly int dimension;
    private readonly nint from;
    private readonly Slot[] slots;
    private readonly ArenaBuffer[] buffers;
    private readonly CheckInfo[] checks;

    /// <param name="shorter">The one for short sequences.</param>
    /// <param name="longer">The one for long sequences, with the same slots.</param>
    /// <param name="dimension">The dynamic size that is the length of sequences.</param>
    /// <param name="from">The least length of long ones.</param>
    /// <exception cref="ArgumentException">The programs have different slots.</exception>
    public LengthChoice(KernelProgram shorter, KernelProgram longer, int dimension, nint from)
    {
        ArgumentNullException.ThrowIfNull(shorter);
        ArgumentNullException.ThrowIfNull(longer);
        (this.shorter, this.longer, this.dimension, this.from) = (shorter, longer, dimension, from);
        slots = shorter.Slots.ToArray();
        Slot[] others = longer.Slots.ToArray();
        if (!slots.Select(Tensor).SequenceEqual(others.Select(Tensor))) throw new ArgumentException("the programs have different slots", nameof(longer));
        for (int slot = 0; slot < slots.Length; slot++) slots[slot] = slots[slot] with { FirstUse = Math.Min(slots[slot].FirstUse, others[slot].FirstUse) };
        buffers = [.. shorter.Buffers, .. longer.Buffers.ToArray().Select(b => b.Part == 0 ? b : b with { Part = b.Part + shorter.SequenceParts })];
        checks = [.. shorter.Checks, .. longer.Checks];

        static Slot Tensor(Slot slot) => slot with { FirstUse = 0 };
    }

    /// <inheritdoc/>
    public override Type? DeviceClass => shorter.DeviceClass;

    /// <inheritdoc/>
    public override ReadOnlySpan<Slot> Slots => slots;

    /// <inheritdoc/>
    public override ReadOnlySpan<ArenaBuffer> Buffers => buffers;

    /// <inheritdoc/>
    public override ReadOnlySpan<CheckInfo> Checks => checks;

    /// <inheritdoc/>
    public override void BufferSizes(ReadOnlySpan<nint> dims, Span<nint> bytes)
    {
        int first = shorter.Buffers.Length;
        shorter.BufferSizes(dims, bytes[..first]);
        longer.BufferSizes(dims, bytes[first..]);

        // What a run does not use takes no memory; what runs share is filled for both.
        bool isLong = dims[dimension] >= from;
        for (int i = 0; i < bytes.Length; i++)
        {
            if (i < first == isLong && !buffers[i].IsPrepared) bytes[i] = 0;
        }
    }

    /// <inheritdoc/>
    public override int SequenceParts => shorter.SequenceParts + longer.SequenceParts;

    /// <inheritdoc/>
    public override void SequenceSizes(ReadOnlySpan<nint> dims, Span<(nint Length, nint Group)> parts)
    {
        shorter.SequenceSizes(dims, parts[..shorter.SequenceParts]);
        longer.SequenceSizes(dims, parts[shorter.SequenceParts..]);
    }

    /// <inheritdoc/>
    public override void Run(in ProgramRun run)
    {
        if (run.Prepares)
        {
            shorter.Run(in run);
            longer.Run(OfLonger(in run));
            return;
        }

        if (run.Dims[dimension] < from)
        {
            shorter.Run(in run);
            return;
        }

        longer.Run(OfLonger(in run));
        if (run.Faults->Check != 0) run.Faults->Check += shorter.Checks.Length;
    }

    private ProgramRun OfLonger(in ProgramRun run) => run with
    {
        Buffers = run.Buffers + shorter.Buffers.Length,
        SequenceBuffers = run.SequenceBuffers == null ? null : run.SequenceBuffers + shorter.Buffers.Length,
    };
}
