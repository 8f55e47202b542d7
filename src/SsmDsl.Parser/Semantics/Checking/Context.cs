using System.Collections.Immutable;

namespace SsmDsl.Semantics.Checking;

/// <summary>Where an expression stands: what its names mean and what it may use.</summary>
/// <param name="Declarations">The declarations in scope.</param>
/// <param name="AllowsTargets">In a loss or a metric.</param>
/// <param name="IsInitialiser">In the initialiser of a parameter.</param>
/// <param name="IsFn">In the body of a fn: no indices, no tensors but its parameters.</param>
/// <param name="IsBranch">Evaluated only under a condition.</param>
internal sealed record Context(
    DeclarationScope Declarations,
    NameScope Names,
    IndexScope? Indices = null,
    bool AllowsTargets = false,
    bool IsInitialiser = false,
    bool IsFn = false,
    bool IsBranch = false)
{
    /// <summary>The tensors that the equation around defines: reading only oneself is no use.</summary>
    public ImmutableHashSet<TensorName> Own { get; init; } = [];

    public Context With(IEnumerable<IndexEntry> entries) => this with { Indices = IndexScope.Add(Indices, entries) };

    /// <summary>The index of that name, where names may mean indices.</summary>
    public IndexEntry? Index(string name) => IsFn ? null : IndexScope.Find(Indices, name);
}
