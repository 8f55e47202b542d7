using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering.Fusion;

/// <summary>
/// Scalars of different equations with the indices within a row named alike, in the order in which they are met: equal ones
/// are then equal.
/// </summary>
/// <param name="isCommon">Whether all equations have an index under the same name already.</param>
internal sealed class CanonicalVariables(Func<IndexVar, bool> isCommon)
{
    private readonly List<(Dim Size, int Number, IndexVar Variable)> names = [];

    public Scalar Of(Scalar scalar) => new Substitution(scalar.Variables().Distinct().Where(v => !isCommon(v))
        .Select((v, i) => (v, i)).ToDictionary(v => v.v, v => Index.Of(Name(v.v.Size, v.i)))).Apply(scalar);

    private IndexVar Name(Dim size, int number)
    {
        foreach ((Dim known, int at, IndexVar variable) in names)
            if (at == number && known.Equals(size)) return variable;
        var made = new IndexVar($"i{number}", size);
        names.Add((size, number, made));
        return made;
    }
}
