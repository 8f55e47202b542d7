using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Expansion;

internal enum PrefixKind
{
    /// <summary>The copies of a repeat; always in front.</summary>
    Copy,
    Batch,

    /// <summary>A leading axis of an argument over which a layer is lifted.</summary>
    Lift,
}

/// <summary>
/// An axis that no equation of a layer names: the compiler puts it in front of those tensors that depend on it.
/// Reference identity; one per repeat and per lifted axis of a call.
/// </summary>
internal sealed class PrefixAxis(PrefixKind kind, string name, Dim size)
{
    public PrefixKind Kind { get; } = kind;
    public string Name { get; } = name;
    public Dim Size { get; } = size;

    /// <summary>The variable over copies, the same in all equations of the repeat's body; null for other kinds.</summary>
    public IndexVar? Copy { get; } = kind == PrefixKind.Copy ? new IndexVar(name, size) : null;

    /// <summary>Copies first, then the batch, then lifted axes, each outermost first.</summary>
    public static ImmutableArray<PrefixAxis> Append(ImmutableArray<PrefixAxis> scope, IEnumerable<PrefixAxis> inner) =>
        [.. scope.Concat(inner).OrderBy(a => a.Kind)];

    public override string ToString() => Name;
}
