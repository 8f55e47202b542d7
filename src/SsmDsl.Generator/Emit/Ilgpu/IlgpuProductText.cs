using SsmDsl.Lowering;
using SsmDsl.Semantics;

namespace SsmDsl.Emit;

/// <summary>A product of matrices as a call that all threads of a group make.</summary>
internal static class IlgpuProductText
{
    public static string Of(
        ProductStatement product, Func<Variable, string> names, IlgpuValueText values, Func<Variable, (string View, string? Start)> memory)
    {
        CSharp factor = values.Of(new ConstantValue(product.Factor, ElementType.Real));
        CSharp call = CSharp.Call(
            "DeviceProduct.Run",
            [Left(product.Rows), Left(product.Columns), values.Of(product.Depth),
                .. Matrix(product.Left), .. Matrix(product.Right), .. Matrix(product.Target),
                factor, CSharp.Name(product.Accumulate ? "true" : "false")]);
        return $"{call};";

        // Rows, or columns, from the group's first on: the tile may go beyond them.
        CSharp Left(Cut cut) => CSharp.Binary(
            values.Of(cut.Size), "-", CSharp.Binary(CSharp.Name(names(cut.Counter)), "*", CSharp.Number(cut.Tile), Precedence.Multiplicative), Precedence.Additive);

        IEnumerable<CSharp> Matrix(MatrixPlace matrix)
        {
            (string view, string? start) = memory(matrix.Pointer);
            yield return CSharp.Name(view);
            yield return values.Position(start, matrix.Start);
            yield return values.Of(matrix.RowStride);
            yield return values.Of(matrix.ColumnStride);
        }
    }
}
