using System.Runtime.CompilerServices;

namespace SsmDsl.Semantics.Checking;

/// <summary>Compares nodes of the syntax by identity: comparing them by content would walk whole trees.</summary>
internal sealed class ByReference : IEqualityComparer<object>
{
    public static readonly ByReference Comparer = new();

    bool IEqualityComparer<object>.Equals(object? x, object? y) => ReferenceEquals(x, y);

    int IEqualityComparer<object>.GetHashCode(object obj) => RuntimeHelpers.GetHashCode(obj);
}
