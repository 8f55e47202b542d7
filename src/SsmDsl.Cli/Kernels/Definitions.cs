using System.Collections.Immutable;
using SsmDsl.Chunking;
using SsmDsl.Ir;
using SsmDsl.Programs;
using SsmDsl.Semantics;

namespace SsmDsl.Cli.Kernels;

/// <summary>What the runtime needs to know of a model, from its signature; generated classes say the same in C#.</summary>
internal static class Definitions
{
    /// <param name="program">The compiled program, or null where the model has none.</param>
    public static ModelDefinition Of(ModelGraph graph, ElementKind real, Func<GraphProgram?, KernelProgram?> program)
    {
        ModelSignature signature = graph.Signature;
        ImmutableArray<DimSymbol> dynamic = [DimSymbol.Batch, .. signature.Dynamic];
        return new ModelDefinition
        {
            Name = signature.Name,
            Real = real,
            Dynamic = [.. dynamic.Select(d => d.Equals(DimSymbol.Batch) ? "batch" : d.Name)],
            StreamDimension = signature.StreamDimension is { } stream ? dynamic.IndexOf(stream) : -1,
            NotSteppable = signature.NotSteppable is { } why ? $"SSM0304: {why.Reason}: {why.Place}" : null,
            Inputs = [.. signature.Inputs.Select(v => Tensor(v, dynamic))],
            Targets = [.. signature.Targets.Select(v => Tensor(v, dynamic))],
            Outputs = [.. signature.Outputs.Select(v => Tensor(v, dynamic))],
            Metrics = signature.Metrics,
            HasLoss = signature.HasLoss,
            Parameters = [.. signature.Parameters.Select(Parameter)],
            States = [.. signature.States.Select(v => Tensor(v, dynamic))],
            Initialise = program(graph.Initialise)!,
            Forward = Forward(graph.Compiled, dynamic, program),
            Evaluate = program(graph.Compiled.Evaluate),
            Backward = program(graph.Compiled.Backward),
            VectorJacobian = program(graph.Compiled.VectorJacobian)!,
        };
    }

    private static KernelProgram Forward(CompiledGraph graph, ImmutableArray<DimSymbol> dynamic, Func<GraphProgram?, KernelProgram?> program)
    {
        KernelProgram forward = program(graph.Forward)!;
        return graph.Length is not { } length || forward is AbsentProgram ? forward
            : new LengthChoice(forward, program(graph.LongForward)!, dynamic.IndexOf(length), ChunkedProducts.ChunkLength);
    }

    private static TensorInfo Tensor(ValueSignature value, ImmutableArray<DimSymbol> dynamic) => new(
        value.Name, KindOf(value.Type.Element), value.HasBatch, [.. value.Type.Shape.Select(d => Axis(d, dynamic))], value.Default);

    private static ParameterInfo Parameter(ParameterSignature parameter) => new(
        parameter.Path,
        [.. parameter.Copies.Select(n => checked((nint)n))],
        KindOf(parameter.Type.Element),
        [.. parameter.Type.Shape.Select(d => checked((nint)d.Evaluate(s => throw new InvalidOperationException($"the shape of {parameter.Name} depends on {s}"))))],
        parameter.LearningRateFactor,
        parameter.Decay,
        parameter.Frozen);

    private static AxisInfo Axis(Dim size, ImmutableArray<DimSymbol> dynamic)
    {
        if (size.TryGetConstant(out long constant)) return AxisInfo.Constant(checked((nint)constant));
        if (size.Symbols.Count == 1 && Linear(size, size.Symbols.Single()) is var (factor, offset))
        {
            return new AxisInfo(size.ToString(), dynamic.IndexOf(size.Symbols.Single()), factor, offset);
        }

        return new AxisInfo(size.ToString(), -1, 0, 0, dims =>
        {
            var values = ImmutableDictionary.CreateBuilder<DimSymbol, Dim>();
            for (int i = 0; i < dynamic.Length; i++) values[dynamic[i]] = (long)dims[i];
            return size.Substitute(values.ToImmutable()).TryGetConstant(out long n)
                ? checked((nint)n)
                : throw new RunException($"the size {size} is no whole number for {string.Join(", ", size.Symbols.Select(s => $"{s} = {values[s]}"))}");
        });
    }

    private static (nint Factor, nint Offset)? Linear(Dim size, DimSymbol symbol)
    {
        if (At(0) is not { } start || At(1) is not { } next) return null;
        return (Dim.Of(symbol) * (next - start) + start).Equals(size) ? (checked((nint)(next - start)), checked((nint)start)) : null;

        long? At(long value) => size.Substitute(ImmutableDictionary<DimSymbol, Dim>.Empty.Add(symbol, value)).TryGetConstant(out long n) ? n : null;
    }

    public static ValueKind KindOf(ElementType element) => element switch
    {
        ElementType.Complex => ValueKind.Complex,
        ElementType.Int => ValueKind.Int,
        ElementType.Bool => ValueKind.Bool,
        _ => ValueKind.Real,
    };
}
