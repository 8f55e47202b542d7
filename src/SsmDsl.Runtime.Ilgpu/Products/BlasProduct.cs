namespace SsmDsl.Ilgpu.Products;

/// <summary>
/// A product in the terms of BLAS, where the elements of a column lie together:
/// target = Factor · op(left) · op(right) + Keep · target, [Rows, Columns] of [Rows, Depth] and [Depth, Columns].
/// </summary>
internal readonly unsafe record struct BlasProduct(int Rows, int Columns, int Depth, double Factor, BlasMatrix Left, BlasMatrix Right, double Keep, BlasMatrix Target)
{
    /// <summary>The same as a product of matrices of any strides, or null where a stride is none that BLAS has.</summary>
    public static BlasProduct? Of<T>(in DeviceMatrices<T> product)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        if (Math.Max(Math.Max(product.Rows, product.Columns), product.Depth) > int.MaxValue) return null;

        // What lies row by row is the transposed of what lies column by column, and so is its product, with the matrices exchanged.
        bool isByRow = product.Target.Row != 1;
        (nint rows, nint columns) = isByRow ? (product.Columns, product.Rows) : (product.Rows, product.Columns);
        BlasMatrix? left = isByRow ? Of(product.Right.Transposed, rows, product.Depth) : Of(product.Left, rows, product.Depth);
        BlasMatrix? right = isByRow ? Of(product.Left.Transposed, product.Depth, columns) : Of(product.Right, product.Depth, columns);
        BlasMatrix? target = Of(isByRow ? product.Target.Transposed : product.Target, rows, columns);
        return left is { } l && right is { } r && target is { IsTransposed: false } t
            ? new BlasProduct((int)rows, (int)columns, (int)product.Depth, double.CreateTruncating(product.Factor), l, r, product.Accumulate ? 1 : 0, t)
            : null;
    }

    private static BlasMatrix? Of<T>(DeviceMatrix<T> matrix, nint rows, nint columns)
        where T : unmanaged
    {
        if (matrix.Row == 1 && matrix.Column >= Math.Max(rows, 1) && matrix.Column <= int.MaxValue) return new BlasMatrix(matrix.First, (int)matrix.Column, false);
        if (matrix.Column == 1 && matrix.Row >= Math.Max(columns, 1) && matrix.Row <= int.MaxValue) return new BlasMatrix(matrix.First, (int)matrix.Row, true);
        return null;
    }
}

/// <param name="Step">Elements from column to column; of a transposed one, from row to row.</param>
internal readonly unsafe record struct BlasMatrix(nint First, int Step, bool IsTransposed)
{
    public BlasMatrix(void* first, int step, bool isTransposed)
        : this((nint)first, step, isTransposed)
    {
    }
}
