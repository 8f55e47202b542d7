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

        frame.Execute(randomKey, training, start: initial is null, (int)Offset);
        if (frame.Fault.Check != 0)
        {
            SsmException fault = frame.FaultException();
            activity?.SetStatus(ActivityStatusCode.Error, fault.Message);
            throw fault;
        }

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
        if (slot >= 0 && tensor.Given && tensor.Dense) frame[slot] = (nint)tensor.Data;
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
            if (slot >= 0 && state.Values[i].Length > 0) frame[slot] = (nint)pins.Pin(state.Values[i]);
        }
    }

    private void BindGradients()
    {
        for (int i = 0; gradients is not null && !accumulate && i < definition.Parameters.Length; i++)
        {
            byte* memory = gradients.Memory + gradients.Layout.Offsets[i];
            int slot = host.SlotOf(SlotGroup.ParameterGradient, i);
            if (slot >= 0) frame[slot] = (nint)memory;
            else System.Runtime.InteropServices.NativeMemory.Clear(memory, (nuint)(gradients.Layout.Counts[i] * Elements.Size(definition.Real)));
        }
    }

    private nint PackedBytes()
    {
        nint bytes = 0;
        ForEachStrided(static (call, slot, _, sum) => *(nint*)sum += call.frame.Bytes(slot), &bytes);
        return bytes;
    }

    private void Pack(byte* memory) => ForEachStrided(
        static (call, slot, tensor, next) =>
        {
            byte* dense = *(byte**)next;
            StridedCopy.Pack((byte*)tensor.Data, tensor.Lengths, tensor.Strides, Elements.Size(call.host.Slots[slot].Element), dense);
            call.frame[slot] = (nint)dense;
            *(byte**)next += call.frame.Bytes(slot);
        },
        &memory);

    private delegate void StridedAction(ModelCall call, int slot, TensorBinding tensor, void* context);

    private void ForEachStrided(StridedAction action, void* context)
    {
        for (int i = 0; i < given.Length; i++)
        {
            (SlotGroup group, int index) = i < inputs.Length ? (SlotGroup.Input, i)
                : i < inputs.Length + targets.Length ? (SlotGroup.Target, i - inputs.Length)
                : (SlotGroup.OutputSeed, i - inputs.Length - targets.Length);
            int slot = host.SlotOf(group, index);
            if (slot >= 0 && given[i].Given && !given[i].Dense) action(this, slot, given[i], context);
        }
    }

    private void FillDefaults()
    {
        for (int i = 0; i < inputs.Length; i++)
        {
            int slot = host.SlotOf(SlotGroup.Input, i);
            if (slot >= 0 && !inputs[i].Given) Defaults.Fill((void*)frame[slot], frame.Count(slot), host.Slots[slot].Element, inputs[i].Info.Default!.Value);
        }
    }

    private void Unpack()
    {
        foreach (Unpacking result in unpackings)
        {
            StridedCopy.Unpack((byte*)frame[result.Slot], (byte*)result.Data, result.Lengths, result.Strides, Elements.Size(host.Slots[result.Slot].Element));
        }
    }

    private void CommitFinalState()
    {
        if (finalInto is null) return;
        for (int i = 0; i < finalInto.Count; i++)
        {
            int slot = host.SlotOf(SlotGroup.FinalState, i);
            if (slot < 0) continue;
            nint bytes = frame.Count(slot) * Elements.Size(host.Slots[slot].Element);
            Buffer.MemoryCopy((void*)frame[slot], pins.Pin(finalInto.Values[i]), bytes, bytes);
        }

        finalInto.Position = Offset + Advance;
    }

    private void ReadLossAndMetrics()
    {
        if (host.Kind is ProgramKind.Forward or ProgramKind.VectorJacobian) return;
        if (metrics.Length != definition.Metrics.Length) metrics = new double[definition.Metrics.Length];
        if (definition.HasLoss && host.SlotOf(SlotGroup.Loss, 0) is >= 0 and var loss) Loss = frame.ReadReal(loss);
        for (int i = 0; i < metrics.Length; i++)
        {
            int slot = host.SlotOf(SlotGroup.Metric, i);
            metrics[i] = slot >= 0 ? frame.ReadReal(slot) : double.NaN;
        }
    }

    private void AddGradients()
    {
        for (int i = 0; gradients is not null && accumulate && i < definition.Parameters.Length; i++)
        {
            int slot = host.SlotOf(SlotGroup.ParameterGradient, i);
            if (slot < 0) continue;
            void* sum = gradients.Memory + gradients.Layout.Offsets[i];
            int count = checked((int)gradients.Layout.Counts[i]);
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
