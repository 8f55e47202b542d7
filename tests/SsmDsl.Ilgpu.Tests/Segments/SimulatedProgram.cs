using SsmDsl.Emit;
using SsmDsl.Ilgpu.Tests.Ptx;
using SsmDsl.Interpretation;
using SsmDsl.Ir;
using SsmDsl.Lowering;
using SsmDsl.Programs;
using SsmDsl.Semantics;

namespace SsmDsl.Ilgpu.Tests.Segments;

/// <summary>A graph program compiled for a target of its own, in double precision, on ILGPU's simulator.</summary>
internal sealed unsafe class SimulatedProgram(GraphProgram graph, LoweringTarget target)
{
    private readonly KernelProgram program = (KernelProgram)Activator.CreateInstance(
        EmittedKernels.Compile(IlgpuEmitter.Emit([new NamedProgram(graph, "Simulated", RealType.Float64)], target)).GetType(ProgramFile.Namespace + ".Simulated", throwOnError: true)!)!;

    /// <summary>The values of output ports, and how many kernels were launched and blocks cleared.</summary>
    public (IReadOnlyDictionary<Port, double[]> Values, long Launches) Run(InterpreterInput input, IlgpuDevice device)
    {
        var owned = new List<nint>();
        Port[] ports = [.. graph.Inputs, .. graph.Outputs];
        nint[] dims = [.. graph.Dynamic.Select(d => (nint)input.Sizes[d])], bytes = new nint[program.Buffers.Length];
        nint[] slots = [.. ports.Select((p, i) => New(8 * Count(p, input)))];
        for (int i = 0; i < graph.Inputs.Length; i++)
        {
            fixed (double* values = input.Read(ports[i])) device.Memory.CopyIn((void*)slots[i], values, 8 * Count(ports[i], input));
        }

        program.BufferSizes(dims, bytes);
        nint[] buffers = [.. bytes.Select(New)];
        FaultRecord fault = default;
        long before = device.Launches;
        fixed (nint* dim = dims, slot = slots, buffer = buffers)
        {
            program.Run(new ProgramRun
            {
                Dims = dim,
                Slots = (void**)slot,
                Buffers = (byte**)buffer,
                RandomKey = 0,
                Training = input.Training,
                Start = input.Start,
                Offset = 0,
                Pool = device.Pool,
                Device = device,
                Faults = &fault,
            });
        }

        device.Memory.Synchronize();
        long launches = device.Launches - before;
        Dictionary<Port, double[]> results = graph.Outputs.ToDictionary(p => p, p => Read(p));
        foreach (nint block in owned) device.Memory.Free((void*)block);
        return (results, launches);

        // Filled with bytes that are no number, so that a place that nothing wrote is seen.
        nint New(nint size)
        {
            byte[] noise = new byte[size + 64];
            Array.Fill(noise, (byte)0xFF);
            void* block = device.Memory.Allocate(noise.Length);
            fixed (byte* host = noise) device.Memory.CopyIn(block, host, noise.Length);
            owned.Add((nint)block);
            return (nint)block;
        }

        double[] Read(Port port)
        {
            double[] values = new double[Count(port, input)];
            fixed (double* host = values) device.Memory.CopyOut(host, (void*)slots[Array.IndexOf(ports, port)], 8 * values.Length);
            return values;
        }
    }

    private static int Count(Port port, InterpreterInput input) =>
        (int)port.Tensor.Axes.Aggregate(1L, (n, a) => n * a.Size.Evaluate(s => input.Sizes[s])) * (port.Tensor.Element == ElementType.Complex ? 2 : 1);
}
