using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering;

/// <summary>
/// Sums over sequences in parts, one for each sequence or group of them: R[i] = Σ_b Σ_r f(b, r, i) becomes P[p, i] = Σ_r f(p, r, i),
/// R[i] = Σ_p P[p, i].
/// </summary>
internal static class SequenceSums
{
    /// <summary>The index of sequences that an equation sums over, beside others, each by itself; null if it has none.</summary>
    public static IndexVar? SequencesOf(Equation equation) =>
        equation is { Accumulate: false, Guard: null, Reduction: { Kind: ReduceKind.Sum, Condition: null, Axes: { Length: > 1 } reduced } }
        && reduced.Where(a => a.Size.Equals(Dim.Of(DimSymbol.Batch))).ToArray() is [var sequences]
        && NodeParts.Loads(equation).All(l => SequenceScope.IsOwn(l.Tensor, l.Indices, sequences))
            ? sequences
            : null;

    /// <param name="sequences">The index of sequences.</param>
    /// <param name="part">The index of parts.</param>
    /// <param name="outer">Steps of the loops over copies around.</param>
    public static (Equation Part, Equation Total) InParts(Equation equation, IndexVar sequences, IndexVar part, ImmutableArray<IndexVar> outer)
    {
        ImmutableArray<IndexVar> around = [.. equation.Axes.Where(outer.Contains)], places = [.. equation.Axes.Where(a => !outer.Contains(a))];

        // Other equations bind other variables, but for the counters of copies.
        var names = places.ToDictionary(a => a, a => new IndexVar(a.Name, a.Size));
        IndexVar own = new(part.Name, part.Size);
        ImmutableArray<IndexVar> axes = [.. around, own, .. places.Select(a => names[a])];
        var tensor = new Tensor($"{equation.Target.Name}.part", equation.Body.Type, [.. axes.Select(a => new TensorAxis(a.Size))], equation.Origin);
        Scalar body = Substitution.Renaming(names.Select(n => (n.Key, n.Value)).Append((sequences, own))).Apply(equation.Body);
        return (
            new Equation(tensor, axes, [.. axes.Select(Index.Of)], equation.Reduction! with { Axes = equation.Reduction.Axes.Remove(sequences) }, body,
                Comment: equation.Comment, Origin: equation.Origin),
            equation with
            {
                Reduction = equation.Reduction with { Axes = [part] },
                Body = Scalars.Read(tensor, [.. around.Append(part).Concat(places).Select(Index.Of)]),
                Comment = null,
            });
    }
}
