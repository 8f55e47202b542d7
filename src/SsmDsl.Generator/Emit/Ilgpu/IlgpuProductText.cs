using SsmDsl.Lowering;
using SsmDsl.Semantics;

namespace SsmDsl.Emit;

/// <summary>A product of matrices as a call that all threads of a group make, and as what a library is given.</summary>
internal static class IlgpuProductText
{
    /// <summary>The product as a whole, where its kernel is launched.</summary>
    public static string Given(ProductStatement product, KernelNames names, RealType real)
    {
        string type = ValueText.ElementName(ElementType.Real, real);
        CSharp factor = new IlgpuValueText(ScalarDialect.Ilgpu, real, v => v.Hint, s => names.Find(s)!, s => s, v => new ViewPlace(v.Hint, null, null)).Of(new ConstantValue(product.Factor, ElementType.Real));
        return $"new DeviceMatrices<{type}>({Size(product.Rows.Size)}, {Size(product.Columns.Size)}, {Size(product.Depth)}, "
            + $"{Matrix(product.Left)}, {Matrix(product.Right)}, {Matrix(product.Target)}, {factor.Text}, {(product.Accumulate ? "true" : "false")})";

        string Size(Dim dim) => DimText.Of(dim, s => names.Find(s)!).Text;

        string Matrix(MatrixPlace m) => $"new({names.Find(m.Pointer)}, {Size(m.Start.Constant)}, {Size(m.RowStride)}, {Size(m.ColumnStride)})";
    }

    /// <param name="panels">Shared memory that the product may use.</param>
    public static string Of(
        ProductStatement product, Func<Variable, string> names, IlgpuValueText values, Func<Variable, ViewPlace> memory, string panels)
    {
        CSharp factor = values.Of(new ConstantValue(product.Factor, ElementType.Real));
        CSharp call = CSharp.Call(
            "DeviceProduct.Run",
            [Left(product.Rows), Left(product.Columns), values.Of(product.Depth),
                .. Matrix(product.Left), .. Matrix(product.Right), .. Matrix(product.Target),
                factor, CSharp.Name(product.Accumulate ? "true" : "false"), CSharp.Name(panels)]);
        return $"{call};";

        // Rows, or columns, from the group's first on: the tile may go beyond them.
        CSharp Left(Cut cut) => CSharp.Binary(
            values.Of(cut.Size), "-", CSharp.Binary(CSharp.Name(names(cut.Counter)), "*", CSharp.Number(cut.Tile), Precedence.Multiplicative), Precedence.Additive);

        IEnumerable<CSharp> Matrix(MatrixPlace matrix)
        {
            ViewPlace place = memory(matrix.Pointer);
            yield return CSharp.Name(place.View);
            yield return values.Position(place.Start, matrix.Start);
            yield return values.Of(matrix.RowStride);
            yield return values.Of(matrix.ColumnStride);
        }
    }
}
