using System.Diagnostics;
using System.Numerics.Tensors;
using SsmDsl.Memory;
using SsmDsl.Models;

namespace SsmDsl.Programs;

/// <content>The run itself.</content>
public sealed unsafe partial class ModelCall
{
    private double[] metrics = [];

    /// <summary>Runs the program. Afterwards results are in their places.</summary>
    /// <exception cref="IndexOutOfVocabularyException">A position in an int tensor is none of the tensor that it indexes.</exception>
    /// <exception cref="EmptySelectionException">An argmax or argmin had nothing to choose from.</exception>
    public void Run()
    {
        if (!bound) Bind();
        using Activity? activity = Telemetry.Start(host);
        long started = Telemetry.Now();

        BindGiven();
        BindStates();
        BindGradients();
        ArenaPlan plan = host.Plan(frame.Dims);
        nint scratch = frame.ScratchBytes();
        nint packed = PackedBytes();
        block = host.Engine.Blocks.Rent(checked(plan.Bytes + scratch + packed));
        frame.Place(plan, block.Pointer);
        Pack(block.Pointer + plan.Bytes + scratch);
        frame.PlaceScratch(block.Pointer + plan.Bytes);
        FillDefaults();
        CopyStatesIn();

        frame.Execute(randomKey, training, start: initial is null, (int)Offset);
        if (frame.Fault.Check != 0)
        {
            SsmException fault = frame.FaultException();
            activity?.SetStatus(ActivityStatusCode.Error, fault.Message);
            throw fault;
        }

        CopyOut();
        Unpack();
        CommitFinalState();
        ReadLossAndMetrics();
        AddGradients();
        if (host.Kind == ProgramKind.Backward && gradients is not null && !(accumulate && gradients.NonFinite is not null))
        {
            NonFinite = double.IsFinite(Loss) ? null : NonFiniteSearch.Find(host, frame, randomKey, training, initial is null, (int)Offset, Loss);
            gradients.NonFinite = NonFinite;
        }

        // Gradients of a product with a seed have no loss; what an earlier run said of its own is over.
        if (host.Kind == ProgramKind.VectorJacobian && gradients is not null && !accumulate) gradients.NonFinite = null;
        memory.Synchronize();
        Telemetry.Ran(host, frame.Dims[0], started);
        GC.KeepAlive(host);
    }

    private void BindGiven()
    {
        for (int i = 0; i < inputs.Length; i++) BindGiven(SlotGroup.Input, i, inputs[i]);
        for (int i = 0; i < targets.Length; i++) BindGiven(SlotGroup.Target, i, targets[i]);
        for (int i = 0; i < seeds.Length; i++) BindGiven(SlotGroup.OutputSeed, i, seeds[i]);
    }

    private void BindGiven(SlotGroup group, int index, TensorBinding tensor)
    {
        int slot = host.SlotOf(group, index);
        if (slot >= 0 && tensor.Given && InPlace(tensor)) frame[slot] = (nint)tensor.Data;
    }

    private void BindStates()
    {
        BindState(SlotGroup.InitialState, initial);
        BindState(SlotGroup.FinalStateSeed, finalSeed);
    }

    private void BindState(SlotGroup group, StateData? state)
    {
        for (int i = 0; state is not null && i < state.Count; i++)
        {
            int slot = host.SlotOf(group, i);
            if (slot >= 0 && state.Bytes(i) > 0) frame[slot] = AddressOf(state, i);
        }
    }

    /// <summary>Copies states that are not in the memory of the device to the scratch memory that their slots were given.</summary>
    private void CopyStatesIn()
    {
        if (memory.IsHost) return;
        CopyStateIn(SlotGroup.InitialState, initial);
        CopyStateIn(SlotGroup.FinalStateSeed, finalSeed);
    }

    private void CopyStateIn(SlotGroup group, StateData? state)
    {
        for (int i = 0; state is not null && i < state.Count; i++)
        {
            int slot = host.SlotOf(group, i);
            if (slot >= 0 && state.Bytes(i) > 0 && state.In(memory, i) != (byte*)frame[slot]) state.CopyTo(memory, i, (void*)frame[slot]);
        }
    }

    private void BindGradients()
    {
        for (int i = 0; gradients is not null && !accumulate && i < definition.Parameters.Length; i++)
        {
            byte* gradient = gradients.Memory + gradients.Layout.Offsets[i];
            int slot = host.SlotOf(SlotGroup.ParameterGradient, i);
            if (slot >= 0) frame[slot] = (nint)gradient;
            else memory.Clear(gradient, gradients.Layout.Counts[i] * Elements.Size(definition.Real));
        }
    }

    /// <summary>Whether the program reads a tensor where the caller has it; otherwise it is given a dense copy.</summary>
    private bool InPlace(TensorBinding tensor) => tensor.Dense && memory.IsHost;

    private nint PackedBytes()
    {
        nint bytes = 0;
        ForEachCopied(static (call, slot, _, sum) => *(nint*)sum += call.frame.Bytes(slot), &bytes);
        return bytes;
    }

    private void Pack(byte* place) => ForEachCopied(
        static (call, slot, tensor, next) =>
        {
            byte* dense = *(byte**)next;
            int size = Elements.Size(call.host.Slots[slot].Element);
            nint bytes = call.frame.Count(slot) * size;
            if (call.memory.IsHost) StridedCopy.Pack((byte*)tensor.Data, tensor.Lengths, tensor.Strides, size, dense);
            else if (tensor.Dense) call.memory.CopyIn(dense, tensor.Data, bytes);
            else
            {
                byte* staged = call.Staging(bytes);
                StridedCopy.Pack((byte*)tensor.Data, tensor.Lengths, tensor.Strides, size, staged);
                call.memory.CopyIn(dense, staged, bytes);
            }

            call.frame[slot] = (nint)dense;
            *(byte**)next += call.frame.Bytes(slot);
        },
        &place);

    private delegate void CopyAction(ModelCall call, int slot, TensorBinding tensor, void* context);

    private void ForEachCopied(CopyAction action, void* context)
    {
        for (int i = 0; i < given.Length; i++)
        {
            (SlotGroup group, int index) = i < inputs.Length ? (SlotGroup.Input, i)
                : i < inputs.Length + targets.Length ? (SlotGroup.Target, i - inputs.Length)
                : (SlotGroup.OutputSeed, i - inputs.Length - targets.Length);
            int slot = host.SlotOf(group, index);
            if (slot >= 0 && given[i].Given && !InPlace(given[i])) action(this, slot, given[i], context);
        }
    }

    private void FillDefaults()
    {
        for (int i = 0; i < inputs.Length; i++)
        {
            int slot = host.SlotOf(SlotGroup.Input, i);
            if (slot >= 0 && !inputs[i].Given) Defaults.Fill(memory, (void*)frame[slot], frame.Count(slot), host.Slots[slot].Element, inputs[i].Info.Default!.Value);
        }
    }

    private void CopyOut()
    {
        foreach ((int slot, nint data) in deliveries) memory.CopyOut((void*)data, (void*)frame[slot], frame.Count(slot) * Elements.Size(host.Slots[slot].Element));
    }

    private void Unpack()
    {
        foreach (Unpacking result in unpackings)
        {
            int size = Elements.Size(host.Slots[result.Slot].Element);
            byte* dense = (byte*)frame[result.Slot];
            if (!memory.IsHost)
            {
                nint bytes = frame.Count(result.Slot) * size;
                byte* staged = Staging(bytes);
                memory.CopyOut(staged, dense, bytes);
                dense = staged;
            }

            StridedCopy.Unpack(dense, (byte*)result.Data, result.Lengths, result.Strides, size);
        }
    }

    /// <summary>Memory of the host for a tensor on its way to or from a device.</summary>
    private byte* Staging(nint bytes)
    {
        if (staging is null || staging.Bytes < bytes)
        {
            staging?.Dispose();
            staging = new NativeBlock(bytes);
        }

        return staging.Pointer;
    }

    private void CommitFinalState()
    {
        if (finalInto is null) return;
        for (int i = 0; i < finalInto.Count; i++)
        {
            int slot = host.SlotOf(SlotGroup.FinalState, i);
            if (slot < 0) continue;
            finalInto.CopyFrom(memory, i, (void*)frame[slot]);
        }

        finalInto.Position = Offset + Advance;
    }

    private void ReadLossAndMetrics()
    {
        if (host.Kind is ProgramKind.Forward or ProgramKind.VectorJacobian) return;
        if (metrics.Length != definition.Metrics.Length) metrics = new double[definition.Metrics.Length];
        frame.FetchScalars();
        if (definition.HasLoss && host.SlotOf(SlotGroup.Loss, 0) is >= 0 and var loss) Loss = frame.Scalar(loss);
        for (int i = 0; i < metrics.Length; i++)
        {
            int slot = host.SlotOf(SlotGroup.Metric, i);
            metrics[i] = slot >= 0 ? frame.Scalar(slot) : double.NaN;
        }
    }

    private void AddGradients()
    {
        for (int i = 0; gradients is not null && accumulate && i < definition.Parameters.Length; i++)
        {
            int slot = host.SlotOf(SlotGroup.ParameterGradient, i);
            if (slot < 0) continue;
            byte* sum = gradients.Memory + gradients.Layout.Offsets[i];
            nint length = gradients.Layout.Counts[i];
            if (host.Engine.Device.Training is { } kernels)
            {
                kernels.Add(sum, (void*)frame[slot], length, definition.Real);
                continue;
            }

            int count = checked((int)length);
            if (definition.Real == ElementKind.Float64) Add<double>(sum, (void*)frame[slot], count);
            else Add<float>(sum, (void*)frame[slot], count);
        }
    }

    private static void Add<T>(void* sum, void* term, int count)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        var total = new Span<T>(sum, count);
        TensorPrimitives.Add(total, new ReadOnlySpan<T>(term, count), total);
    }
}
