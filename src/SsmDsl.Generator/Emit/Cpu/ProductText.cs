using SsmDsl.Lowering;
using SsmDsl.Semantics;

namespace SsmDsl.Emit;

/// <summary>A product of matrices as a call of the runtime.</summary>
internal static class ProductText
{
    public static string Of(ProductStatement product, Func<Variable, string> names, ValueText values)
    {
        IEnumerable<CSharp> rest = IsCut(product.Rows) ? [values.Of(product.Rows.Size)] : [];
        if (product.Right.IsPanels)
        {
            CSharp panels = CSharp.Call(
                "MatrixProduct.RunPanels",
                [Length(product.Rows), Length(product.Columns), values.Of(product.Depth), .. Matrix(product.Left), Start(product.Right),
                    Start(product.Target), values.Of(product.Target.RowStride), CSharp.Name(product.Accumulate ? "true" : "false"), .. rest]);
            return $"{panels};";
        }

        CSharp factor = values.Of(new ConstantValue(product.Factor, ElementType.Real));
        CSharp call = CSharp.Call(
            "MatrixProduct.Run",
            [Length(product.Rows), Length(product.Columns), values.Of(product.Depth),
                .. Matrix(product.Left), .. Matrix(product.Right), .. Matrix(product.Target),
                factor, CSharp.Name(product.Accumulate ? "true" : "false"), .. rest]);
        return $"{call};";

        CSharp Length(Cut cut)
        {
            CSharp size = values.Of(cut.Size);
            if (!IsCut(cut)) return cut.Tile == 0 ? size : CSharp.Number(cut.Tile);
            CSharp left = CSharp.Binary(size, "-", CSharp.Binary(CSharp.Name(names(cut.Counter)), "*", CSharp.Number(cut.Tile), Precedence.Multiplicative), Precedence.Additive);
            return CSharp.Call("nint.Min", CSharp.Number(cut.Tile), left);
        }

        // Its last part may be smaller than others.
        static bool IsCut(Cut cut) => cut.Tile != 0 && !(cut.Size.TryGetConstant(out long known) && known % cut.Tile == 0);

        CSharp Start(MatrixPlace matrix)
        {
            CSharp pointer = CSharp.Name(names(matrix.Pointer));
            bool isStart = matrix.Start.Terms.IsEmpty && matrix.Start.Constant.Equals((Dim)0);
            return isStart ? pointer : CSharp.Binary(pointer, "+", values.Of(matrix.Start), Precedence.Additive);
        }

        IEnumerable<CSharp> Matrix(MatrixPlace matrix) => [Start(matrix), values.Of(matrix.RowStride), values.Of(matrix.ColumnStride)];
    }
}
