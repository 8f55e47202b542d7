using System.Collections.Immutable;
using SsmDsl.Cli.Tensors;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Cli.Running;

/// <summary>The tensors of a run, checked against the model's signature and rounded to the precision of the run.</summary>
/// <param name="Parameters">One per parameter of the signature, all copies together.</param>
internal sealed record RunTensors(
    ModelSignature Signature,
    ImmutableDictionary<DimSymbol, Dim> Sizes,
    IReadOnlyDictionary<string, HostTensor> Inputs,
    IReadOnlyDictionary<string, HostTensor> Parameters)
{
    public static RunTensors Bind(
        ModelSignature signature,
        Dictionary<string, HostTensor> inputs,
        Dictionary<string, HostTensor> weights,
        bool needTargets,
        Storage real)
    {
        ValueSignature[] wanted = [.. signature.Inputs, .. needTargets ? signature.Targets : []];
        var known = signature.Inputs.Concat(signature.Targets).Select(v => v.Name).ToHashSet(StringComparer.Ordinal);
        if (inputs.Keys.FirstOrDefault(k => !known.Contains(k)) is { } odd)
        {
            throw new RunException($"the input file has '{odd}', which model {signature.Name} does not have; it has {string.Join(", ", known)}");
        }

        if (wanted.FirstOrDefault(v => v.Default is null && !inputs.ContainsKey(v.Name)) is { } missing)
        {
            throw new RunException($"the input file lacks '{missing.Name}'");
        }

        ImmutableDictionary<DimSymbol, Dim> sizes = SizeSolver.Solve(wanted.Where(v => inputs.ContainsKey(v.Name)).Select(v => (v, inputs[v.Name])));
        return new RunTensors(
            signature,
            sizes,
            wanted.ToDictionary(v => v.Name, v => Input(v, inputs, sizes, real)),
            ParameterFiles.Join(signature.Parameters, weights, real));
    }

    private static HostTensor Input(
        ValueSignature value, Dictionary<string, HostTensor> inputs, ImmutableDictionary<DimSymbol, Dim> sizes, Storage real)
    {
        long[] shape = SizeSolver.Shape(value, sizes);
        Storage storage = HostTensor.StorageOf(value.Type.Element, real);
        if (inputs.TryGetValue(value.Name, out HostTensor? tensor)) return Convert(value.Name, tensor, storage) with { Shape = shape };
        var values = new double[HostTensor.Count(shape)];
        int stride = value.Type.Element == ElementType.Complex ? 2 : 1;
        for (int i = 0; i < values.Length; i += stride) values[i] = value.Default!.Value;
        return Convert(value.Name, new HostTensor(shape, values, storage), storage);
    }

    /// <summary>Reals of any width become those of the run; ints and bools must be what they are (a bool may be written as int).</summary>
    public static HostTensor Convert(string name, HostTensor tensor, Storage wanted)
    {
        bool isReal = tensor.Storage is Storage.F32 or Storage.F64;
        bool fits = wanted switch
        {
            Storage.I64 => tensor.Storage == Storage.I64,
            Storage.Bool => tensor.Storage is Storage.Bool or Storage.I64,
            _ => isReal,
        };
        if (!fits) throw new RunException($"'{name}' must be {wanted.ToString().ToUpperInvariant()}, the file has {tensor.Storage.ToString().ToUpperInvariant()}");
        double[] values = wanted switch
        {
            Storage.F32 => Array.ConvertAll(tensor.Values, v => (double)(float)v),
            Storage.Bool => Array.ConvertAll(tensor.Values, v => v != 0 ? 1.0 : 0.0),
            _ => tensor.Values,
        };
        return new HostTensor(tensor.Shape, values, wanted);
    }
}
