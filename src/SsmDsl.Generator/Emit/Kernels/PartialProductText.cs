using SsmDsl.Ir;
using SsmDsl.Lowering;
using SsmDsl.Semantics;

namespace SsmDsl.Emit;

/// <summary>Products summed over sequences as calls of the runtime.</summary>
internal static class PartialProductText
{
    /// <param name="isPart">Some sequences run, from <c>first</c> on; otherwise all.</param>
    /// <param name="own">Tensors of the part's own, which have those sequences only.</param>
    public static IEnumerable<string> Of(PartialProductStep step, RunNames names, RealType real, bool isPart, ICollection<Tensor> own)
    {
        var values = new ValueText(ScalarDialect.Cpu, real, _ => "", names.Of, _ => "");
        CSharp[] head =
        [
            CSharp.Name("run"), CSharp.Name(ProgramText.Quote(step.Target.Tensor.Name)), CSharp.Name(isPart ? "first" : "0"), CSharp.Name(isPart ? "count" : names.Of(DimSymbol.Batch)), Size(step.Group),
            Size(step.Rows), Size(step.Columns), Size(step.Depth),
        ];
        foreach (string line in step.Comment is { } comment ? KernelText.Comment(comment) : []) yield return line;
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
            bool isOwn = own.Contains(matrix.Tensor);
            CSharp place = CSharp.Name(names.Of(matrix.Tensor));
            foreach ((IndexVar step, Dim stride) in matrix.Copies) Move(CSharp.Name(names.Of(step)), stride);
            if (!matrix.Start.Equals((Dim)0)) place = CSharp.Binary(place, "+", SizeIn(matrix.Start), Precedence.Additive);
            if (fromFirst && !isOwn) Move(CSharp.Name("first"), matrix.Stride);
            return [place, Size(matrix.Stride), Size(matrix.Row)];

            void Move(CSharp count, Dim stride) =>
                place = CSharp.Binary(place, "+", CSharp.Binary(count, "*", SizeIn(stride), Precedence.Multiplicative), Precedence.Additive);

            CSharp SizeIn(Dim dim) => DimText.Of(dim, s => isOwn && s.Equals(DimSymbol.Batch) ? "count" : names.Of(s));
        }
    }
}
