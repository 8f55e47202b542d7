using System.Collections.Immutable;
using SsmDsl.Ir;

namespace SsmDsl.Expansion;

/// <summary>A model as equations in any order, before recurrences are found.</summary>
/// <param name="Paths">Names of tensors within the model, for states.</param>
internal sealed record ExpandedGraph(ImmutableArray<Equation> Equations, IReadOnlyDictionary<Tensor, string> Paths);
