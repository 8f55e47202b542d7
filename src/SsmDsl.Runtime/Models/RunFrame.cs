using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SsmDsl.Devices;
using SsmDsl.Memory;
using SsmDsl.Parameters;
using SsmDsl.Programs;

namespace SsmDsl.Models;

/// <summary>The tables of pointers that a run of a program is given. Kept and used again; parameters are entered once.</summary>
internal sealed unsafe class RunFrame
{
    private readonly ProgramHost host;
    private readonly DeviceMemory memory;

    // On the pinned heap, so that their addresses hold for ever.
    private readonly nint[] dims;
    private readonly nint[] slots;
    private readonly nint[] buffers;
    private readonly FaultRecord[] faults = GC.AllocateArray<FaultRecord>(1, pinned: true);
    private PreparedValues? prepared;

    // Buffers of sequences that run one after the other, for each thread.
    private readonly nint[] tables;

    // Of the scratch memory: where the loss and metrics lie, and what came of them to the host.
    private readonly byte[] scalars;
    private byte* scalarPlace;

    public RunFrame(ProgramHost host)
    {
        this.host = host;
        memory = host.Engine.Device.Memory;
        ParameterStore store = host.Engine.Store;
        dims = GC.AllocateArray<nint>(host.Engine.Definition.Dynamic.Length, pinned: true);
        slots = GC.AllocateArray<nint>(host.Slots.Length + 1, pinned: true);
        buffers = GC.AllocateArray<nint>(host.Program.Buffers.Length + 1, pinned: true);
        tables = GC.AllocateArray<nint>(host.Program.SequenceParts == 0 ? 0 : host.Engine.Device.Pool.Threads * buffers.Length, pinned: true);
        scalars = GC.AllocateArray<byte>(checked((int)(host.Slots.Count(s => IsScalar(s.Group)) * NativeBlock.Alignment)), pinned: true);
        for (int slot = 0; slot < host.Slots.Length; slot++)
        {
            if (host.Slots[slot].Group == SlotGroup.Parameter) slots[slot] = (nint)(store.OnDevice + store.Layout.Offsets[host.Slots[slot].Index]);
        }
    }

    public Span<nint> Dims => dims;

    /// <summary>The pointer of a slot; null while nothing is bound to it.</summary>
    public ref nint this[int slot] => ref slots[slot];

    public ref readonly FaultRecord Fault => ref faults[0];

    /// <summary>Forgets everything but the parameters.</summary>
    public void Clear()
    {
        for (int slot = 0; slot < host.Slots.Length; slot++)
        {
            if (host.Slots[slot].Group != SlotGroup.Parameter) slots[slot] = 0;
        }
    }

    /// <summary>Gives memory to all buffers: to those that the plan leaves out, what runs share.</summary>
    public void Place(ArenaPlan plan, byte* arena)
    {
        for (int i = 0; i < plan.Offsets.Length; i++) buffers[i] = plan.Offsets[i] == ArenaPlan.Absent ? 0 : (nint)(arena + plan.Offsets[i]);
        prepared = Array.IndexOf(plan.Offsets, ArenaPlan.Absent) >= 0 ? host.Prepared() : null;
        prepared?.Place(buffers);
        for (int i = 0; i < tables.Length; i++)
        {
            (int thread, int buffer) = Math.DivRem(i, buffers.Length);
            tables[i] = buffers[buffer] + (buffer < plan.Strides.Length ? thread * plan.Strides[buffer] : 0);
        }
    }

    /// <summary>Bytes of scratch that <see cref="PlaceScratch"/> takes.</summary>
    public nint ScratchBytes()
    {
        nint bytes = 0;
        for (int slot = 0; slot < host.Slots.Length; slot++)
        {
            if (slots[slot] == 0) bytes = checked(bytes + Bytes(slot));
        }

        return bytes;
    }

    /// <summary>Gives memory to all slots that have none: to the loss and metrics side by side, so that one copy fetches them.</summary>
    public void PlaceScratch(byte* scratch)
    {
        scalarPlace = scratch;
        for (int slot = 0; slot < host.Slots.Length; slot++)
        {
            if (IsScalar(host.Slots[slot].Group)) Place(slot, ref scratch);
        }

        for (int slot = 0; slot < host.Slots.Length; slot++)
        {
            if (slots[slot] == 0) Place(slot, ref scratch);
        }
    }

    private void Place(int slot, ref byte* scratch)
    {
        slots[slot] = (nint)scratch;
        nint bytes = Bytes(slot);

        // What the caller leaves out is zero: initial states, and seeds of a vector–Jacobian product.
        if (host.Slots[slot].Group is SlotGroup.InitialState or SlotGroup.OutputSeed or SlotGroup.FinalStateSeed) memory.Clear(scratch, bytes);
        scratch += bytes;
    }

    private static bool IsScalar(SlotGroup group) => group is SlotGroup.Loss or SlotGroup.Metric;

    public nint Count(int slot) => TensorShapes.Count(host.Engine.Definition, host.Slots[slot].Group, host.Slots[slot].Index, dims);

    public nint Bytes(int slot) => NativeBlock.Align(checked(Count(slot) * Elements.Size(host.Slots[slot].Element)));

    /// <summary>Runs the program; afterwards <see cref="Fault"/> says whether a check failed.</summary>
    /// <param name="allAtOnce">The plan has buffers for all sequences.</param>
    public void Execute(ulong key, bool training, bool start, int offset, bool allAtOnce = false)
    {
        faults[0] = default;
        host.Engine.Store.RenewDevice();
        var run = new ProgramRun
        {
            Dims = Address(dims),
            Slots = (void**)Address(slots),
            Buffers = (byte**)Address(buffers),
            SequenceBuffers = tables.Length == 0 ? null : (byte**)Address(tables),
            SequenceTable = buffers.Length,
            AllAtOnce = allAtOnce,
            RandomKey = key,
            Training = training,
            Start = start,
            Offset = offset,
            Pool = host.Engine.Device.Pool,
            Device = host.Engine.Device,
            Faults = (FaultRecord*)Marshal.UnsafeAddrOfPinnedArrayElement(faults, 0),
        };
        WorkPool? outer = WorkPool.Current;
        WorkPool.Current = run.Pool;
        try
        {
            if (prepared is not null) prepared.Renew(in run);
            else if (host.HasPrepared) host.Program.Run(run with { Prepares = true });
            host.Program.Run(in run);
        }
        finally
        {
            WorkPool.Current = outer;
        }

        GC.KeepAlive(this);
    }

    /// <summary>Copies the loss and metrics from the device.</summary>
    public void FetchScalars()
    {
        if (scalars.Length > 0) memory.CopyOut((void*)Marshal.UnsafeAddrOfPinnedArrayElement(scalars, 0), scalarPlace, scalars.Length);
    }

    /// <summary>The value of a loss or metric, once it is fetched.</summary>
    public double Scalar(int slot)
    {
        ref byte value = ref scalars[(int)((byte*)slots[slot] - scalarPlace)];
        return host.Slots[slot].Element == ElementKind.Float64 ? Unsafe.ReadUnaligned<double>(ref value) : Unsafe.ReadUnaligned<float>(ref value);
    }

    private static nint* Address(nint[] pinned) => (nint*)Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0);

    /// <summary>The exception for the failed check.</summary>
    public SsmException FaultException()
    {
        FaultRecord fault = faults[0];
        CheckInfo check = host.Program.Checks[fault.Check - 1];
        if (check.Indexed is null) return new EmptySelectionException(check.Index, fault.Position);
        TensorInfo? index = host.Engine.Definition.Inputs.Concat(host.Engine.Definition.Targets).FirstOrDefault(t => t.Name == check.Index);
        long position = fault.Position + (index is null ? 0 : fault.Sequence * OfSequence(index));
        return new IndexOutOfVocabularyException(check.Index, check.Indexed, position, Where(index, position), fault.Value, check.Size);
    }

    /// <summary>Elements of one sequence.</summary>
    private nint OfSequence(TensorInfo info) => info.HasBatch ? TensorShapes.Of(info, dims).Skip(1).Aggregate((nint)1, (n, size) => n * size) : 0;

    private string? Where(TensorInfo? info, long position)
    {
        if (info is null) return null;
        nint[] shape = TensorShapes.Of(info, dims);
        var index = new string[shape.Length];
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            if (shape[axis] == 0) return null;
            string name = axis == 0 && info.HasBatch ? "sequence " : "";
            index[axis] = name + (position % shape[axis]).ToString(System.Globalization.CultureInfo.InvariantCulture);
            position /= shape[axis];
        }

        return position == 0 ? $"[{string.Join(", ", index)}]" : null;
    }
}
