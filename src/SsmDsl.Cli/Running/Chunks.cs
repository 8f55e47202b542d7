using SsmDsl.Cli.Tensors;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Cli.Running;

/// <summary>A run in chunks along the stream: inputs are cut, outputs are joined or, where they do not run with it, those of the last chunk.</summary>
internal sealed class Chunks
{
    private readonly RunTensors tensors;
    private readonly Storage real;
    private readonly DimSymbol time;

    public Chunks(RunTensors tensors, Storage real)
    {
        (this.tensors, this.real) = (tensors, real);
        time = tensors.Signature.StreamDimension ?? throw new InvalidOperationException("a model without a stream has no chunks");
        if (!tensors.Sizes.TryGetValue(time, out Dim? size) || !size.TryGetConstant(out long length)) throw new RunException($"nothing in the input file gives the size {time}");
        Length = length;
    }

    /// <summary>Positions in all.</summary>
    public long Length { get; }

    /// <param name="chunk">Positions of a chunk; the last one may have fewer. A stream of none is one empty chunk.</param>
    /// <param name="run">Inputs and sizes of a chunk, positions before it → its outputs. The state is the caller's to carry.</param>
    public Dictionary<string, HostTensor> Run(long chunk, Func<RunTensors, long, IReadOnlyDictionary<string, HostTensor>> run)
    {
        ModelSignature signature = tensors.Signature;
        Dictionary<string, HostTensor> joined = signature.Outputs.ToDictionary(o => o.Name, Empty);
        long start = 0;
        do
        {
            long size = Math.Min(chunk, Length - start);
            RunTensors part = tensors with
            {
                Sizes = tensors.Sizes.SetItem(time, size),
                Inputs = signature.Inputs.ToDictionary(i => i.Name, i => TimeAxis.Slice(i, time, tensors.Inputs[i.Name], start, size)),
            };
            IReadOnlyDictionary<string, HostTensor> outputs = Located(run, part, start);
            foreach (ValueSignature output in signature.Outputs)
            {
                int axis = TimeAxis.Of(output, time);
                if (axis < 0) joined[output.Name] = outputs[output.Name];
                else TimeAxis.Copy(outputs[output.Name], joined[output.Name], axis, 0, start, size);
            }

            start += size;
        }
        while (start < Length);
        return joined;
    }

    /// <summary>What is said of positions counts from the start of the chunk.</summary>
    private static IReadOnlyDictionary<string, HostTensor> Located(
        Func<RunTensors, long, IReadOnlyDictionary<string, HostTensor>> run, RunTensors part, long start)
    {
        try
        {
            return run(part, start);
        }
        catch (Exception e) when (start > 0 && e is SsmException or RunException)
        {
            throw new RunException($"in the chunk that starts at position {start}: {e.Message}", e);
        }
    }

    private HostTensor Empty(ValueSignature output)
    {
        long[] shape = SizeSolver.Shape(output, tensors.Sizes);
        return new HostTensor(shape, new double[HostTensor.Count(shape)], HostTensor.StorageOf(output.Type.Element, real));
    }
}
