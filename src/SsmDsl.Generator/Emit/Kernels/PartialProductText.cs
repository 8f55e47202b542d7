using SsmDsl.Ir;
using SsmDsl.Lowering;
using SsmDsl.Semantics;

namespace SsmDsl.Emit;

/// <summary>Products summed over sequences as calls of the runtime.</summary>
internal static class PartialProductText
{
    /// <param name="isPart">Some sequences run, from <c>first</c> on; otherwise all.</param>
    public static IEnumerable<string> Of(PartialProductStep step, RunNames names, RealType real, bool isPart)
    {
        var values = new ValueText(ScalarDialect.Cpu, real, _ => "", names.Of, _ => "");
        CSharp[] head =
        [
            CSharp.Name("run"), CSharp.Name(isPart ? "first" : "0"), CSharp.Name(isPart ? "count" : names.Of(DimSymbol.Batch)), Size(step.Group),
            Size(step.Rows), Size(step.Columns), Size(step.Depth),
        ];
        for (int i = 0; i < step.Terms.Length; i++)
        {
            (double factor, SequenceMatrix left, SequenceMatrix right) = step.Terms[i];
            CSharp[] arguments =
            [
                .. head, .. Matrix(left, isPart), .. Matrix(right, isPart), .. Matrix(step.Target, fromFirst: false),
                values.Of(new ConstantValue(factor, ElementType.Real)), CSharp.Name(i > 0 ? "true" : "false"),
            ];
            yield return $"{CSharp.Call("MatrixProduct.OverSequences", arguments)};";
        }

        CSharp Size(Dim dim) => DimText.Of(dim, names.Of);

        IEnumerable<CSharp> Matrix(SequenceMatrix matrix, bool fromFirst)
        {
            CSharp place = CSharp.Name(names.Of(matrix.Tensor));
            foreach ((IndexVar step, Dim stride) in matrix.Copies) place = Plus(place, CSharp.Name(names.Of(step)), stride);
            if (!matrix.Start.Equals((Dim)0)) place = CSharp.Binary(place, "+", Size(matrix.Start), Precedence.Additive);
            if (fromFirst) place = Plus(place, CSharp.Name("first"), matrix.Stride);
            return [place, Size(matrix.Stride), Size(matrix.Row)];
        }

        CSharp Plus(CSharp place, CSharp count, Dim stride) =>
            CSharp.Binary(place, "+", CSharp.Binary(count, "*", Size(stride), Precedence.Multiplicative), Precedence.Additive);
    }
}
