namespace SsmDsl.Semantics;

/// <summary>What <see cref="Dim.Fold{T}"/> rebuilds a dimension from.</summary>
public interface IDimAlgebra<T>
{
    T Constant(long value);
    T Symbol(DimSymbol symbol);
    T Add(T a, T b);
    T Subtract(T a, T b);
    T Multiply(T a, T b);

    /// <summary>Divides exactly.</summary>
    T Divide(T a, T b);
    T Ceil(T a, T b);
    T Floor(T a, T b);
    T Min(T a, T b);
    T Max(T a, T b);
}
