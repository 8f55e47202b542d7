using System.Collections.Immutable;
using SsmDsl.Cli.Tensors;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Cli.Running;

/// <summary>The outputs of a chunked run: joined along the stream, or those of the last chunk.</summary>
internal sealed class ChunkJoin
{
    private readonly Dictionary<string, int> axes;

    public ChunkJoin(ModelSignature signature, ImmutableDictionary<DimSymbol, Dim> sizes, Storage real)
    {
        axes = signature.Outputs.ToDictionary(o => o.Name, o => TimeAxis.Of(o, signature.StreamDimension!));
        Results = signature.Outputs.ToDictionary(o => o.Name, o => Empty(o, sizes, real));
    }

    public Dictionary<string, HostTensor> Results { get; }

    public void Add(IReadOnlyDictionary<string, HostTensor> chunk, long start)
    {
        foreach ((string name, HostTensor part) in chunk)
        {
            int axis = axes[name];
            if (axis < 0) Results[name] = part;
            else TimeAxis.Copy(part, Results[name], axis, 0, start, part.Shape[axis]);
        }
    }

    private static HostTensor Empty(ValueSignature output, ImmutableDictionary<DimSymbol, Dim> sizes, Storage real)
    {
        long[] shape = SizeSolver.Shape(output, sizes);
        return new HostTensor(shape, new double[HostTensor.Count(shape)], HostTensor.StorageOf(output.Type.Element, real));
    }
}
