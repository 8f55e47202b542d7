using SsmDsl.Memory;
using SsmDsl.Models;
using SsmDsl.Numerics;
using SsmDsl.Programs;

namespace SsmDsl.Parameters;

/// <summary>Runs a model's initialisers, in double precision whatever the model's, and stores the rounded values.</summary>
internal static unsafe class ParameterInitialisation
{
    public static void Run(ModelDefinition definition, ParameterStore store, WorkPool pool, ulong seed)
    {
        KernelProgram program = definition.Initialise;
        var dims = new nint[definition.Dynamic.Length];
        dims[0] = 1;
        var sizes = new nint[program.Buffers.Length];
        program.BufferSizes(dims, sizes);
        ArenaPlan plan = ArenaPlan.Make(program.Buffers, dims, sizes);
        nint[] places = Places(definition, program, out nint values);

        using var block = new NativeBlock(checked(plan.Bytes + values));
        var slots = new nint[program.Slots.Length + 1];
        var buffers = new nint[plan.Offsets.Length + 1];
        for (int i = 0; i < places.Length; i++) slots[i] = (nint)(block.Pointer + plan.Bytes + places[i]);
        for (int i = 0; i < plan.Offsets.Length; i++) buffers[i] = (nint)(block.Pointer + plan.Offsets[i]);

        FaultRecord faults = default;
        fixed (nint* dimsAt = dims, slotsAt = slots, buffersAt = buffers)
        {
            var run = new ProgramRun
            {
                Dims = dimsAt,
                Slots = (void**)slotsAt,
                Buffers = (byte**)buffersAt,
                RandomKey = Philox.RunKey(seed, 0),
                Training = false,
                Start = true,
                Offset = 0,
                Pool = pool,
                Faults = &faults,
            };
            program.Run(in run);
        }

        for (int i = 0; i < places.Length; i++) Store(store, program.Slots[i].Index, (double*)slots[i]);
    }

    private static nint[] Places(ModelDefinition definition, KernelProgram program, out nint bytes)
    {
        var places = new nint[program.Slots.Length];
        bytes = 0;
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = bytes;
            bytes = checked(bytes + NativeBlock.Align(sizeof(double) * TensorShapes.Count(definition, SlotGroup.ParameterValue, program.Slots[i].Index, [])));
        }

        return places;
    }

    private static void Store(ParameterStore store, int parameter, double* values)
    {
        store.RenewHost(parameter);
        byte* memory = store.Pointer(parameter);
        nint count = store.Layout.Counts[parameter];
        for (nint i = 0; i < count; i++)
        {
            if (store.Layout.Real == ElementKind.Float64) ((double*)memory)[i] = values[i];
            else ((float*)memory)[i] = (float)values[i];
        }
    }
}
