using System.Collections.Immutable;

namespace SsmDsl.Ir;

/// <summary>Replaces index variables by positions, all at once.</summary>
public sealed class Substitution(IReadOnlyDictionary<IndexVar, Index> values)
{
    public static Substitution Renaming(IEnumerable<(IndexVar From, IndexVar To)> names) =>
        new(names.ToDictionary(n => n.From, n => Index.Of(n.To)));

    public Index Apply(Index index)
    {
        if (index.Terms.IsEmpty) return index;
        Index sum = Index.Of(index.Constant);
        foreach (IndexTerm term in index.Terms)
        {
            Index atom = term.Atom switch
            {
                VariableAtom v => values.TryGetValue(v.Variable, out Index? value) ? value : Index.Of(v.Variable),
                DivAtom d => Apply(d.Dividend).DividedBy(d.Divisor),
                ModAtom m => Apply(m.Dividend).Modulo(m.Divisor),
                LookupAtom l => new Index([new IndexTerm(1, new LookupAtom(Apply(l.Value)))], 0),
                _ => throw new InvalidOperationException(),
            };
            sum = sum.Plus(atom.Times(term.Coefficient));
        }
        return sum;
    }

    public ImmutableArray<Index> Apply(ImmutableArray<Index> indices) => [.. indices.Select(Apply)];

    public Scalar Apply(Scalar scalar) => scalar switch
    {
        IndexScalar i => new IndexScalar(Apply(i.Value)),
        LoadScalar l => l with { Indices = Apply(l.Indices) },
        ApplyScalar a => a with { Arguments = [.. a.Arguments.Select(Apply)] },
        SelectScalar s => new SelectScalar(Apply(s.Condition), Apply(s.Then), Apply(s.Else)),
        DrawScalar d => d with
        {
            Sequence = d.Sequence is null ? null : Apply(d.Sequence),
            Indices = [.. d.Indices.Select(i => i with { Value = Apply(i.Value) })],
        },
        _ => scalar,
    };

    /// <summary>A variable that is renamed or stays.</summary>
    public IndexVar Apply(IndexVar variable) =>
        !values.TryGetValue(variable, out Index? value) ? variable
        : value.AsVariable() ?? throw new InvalidOperationException($"{variable} is replaced by a position");
}
