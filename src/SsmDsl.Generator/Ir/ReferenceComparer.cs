namespace SsmDsl.Ir;

/// <summary>Tells objects apart by reference: the equality of expressions by structure walks all that is in them.</summary>
internal sealed class ReferenceComparer : IEqualityComparer<object>
{
    public static readonly ReferenceComparer Instance = new();

    public new bool Equals(object? a, object? b) => ReferenceEquals(a, b);

    public int GetHashCode(object value) => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(value);
}
