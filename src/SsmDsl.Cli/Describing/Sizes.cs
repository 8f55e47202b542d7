using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Cli.Describing;

/// <summary>Numbers of reals and bytes of what a model has.</summary>
internal static class Sizes
{
    /// <summary>Reals in all copies of a parameter.</summary>
    public static long Of(ParameterSignature parameter) =>
        parameter.Type.Shape.Select(d => d.TryGetConstant(out long n) ? n : 0).Concat(parameter.Copies).Aggregate(Parts(parameter.Type.Element), (a, b) => a * b);

    /// <summary>Bytes of a tensor that crosses the border of a program.</summary>
    public static double Bytes(Tensor tensor, int real, Func<DimSymbol, long> sizes) =>
        tensor.Axes.Aggregate((double)Parts(tensor.Element), (product, axis) => product * axis.Extent.Evaluate(sizes))
        * tensor.Element switch { ElementType.Bool => 1, ElementType.Int => 4, _ => real };

    private static long Parts(ElementType element) => element == ElementType.Complex ? 2 : 1;
}
