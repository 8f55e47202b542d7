using System.Collections.Immutable;

namespace SsmDsl.Ir;

/// <summary>Equality of expressions by structure: the same tensors, the same variables, the same operations.</summary>
public static class Structure
{
    public static bool AreEqual(Index a, Index b) =>
        a.Constant.Equals(b.Constant) && a.Terms.Length == b.Terms.Length
        && a.Terms.All(t => b.Terms.Any(u => u.Coefficient == t.Coefficient && AreEqual(u.Atom, t.Atom)));

    public static bool AreEqual(IndexAtom a, IndexAtom b) => (a, b) switch
    {
        (VariableAtom x, VariableAtom y) => ReferenceEquals(x.Variable, y.Variable),
        (DivAtom x, DivAtom y) => x.Divisor == y.Divisor && AreEqual(x.Dividend, y.Dividend),
        (ModAtom x, ModAtom y) => x.Divisor == y.Divisor && AreEqual(x.Dividend, y.Dividend),
        (LookupAtom x, LookupAtom y) => AreEqual(x.Value, y.Value),
        _ => false,
    };

    public static bool AreEqual(Scalar? a, Scalar? b) => ReferenceEquals(a, b) || (a, b) switch
    {
        (ConstantScalar x, ConstantScalar y) => x.Type == y.Type && x.Real.Equals(y.Real) && x.Imaginary.Equals(y.Imaginary),
        (IndexScalar x, IndexScalar y) => AreEqual(x.Value, y.Value),
        (RunScalar x, RunScalar y) => x.Value == y.Value,
        (LoadScalar x, LoadScalar y) => ReferenceEquals(x.Tensor, y.Tensor)
            && x.Access.SequenceEqual(y.Access) && AllEqual(x.Indices, y.Indices, AreEqual),
        (ApplyScalar x, ApplyScalar y) => x.Op == y.Op && x.Type == y.Type && AllEqual(x.Arguments, y.Arguments, AreEqual),
        (SelectScalar x, SelectScalar y) => AreEqual(x.Condition, y.Condition) && AreEqual(x.Then, y.Then) && AreEqual(x.Else, y.Else),
        (DrawScalar x, DrawScalar y) => x.Kind == y.Kind && x.Path == y.Path && (x.Sequence is { } p && y.Sequence is { } q ? AreEqual(p, q) : x.Sequence == y.Sequence)
            && AllEqual(x.Indices, y.Indices, (i, j) => i.Size == j.Size && AreEqual(i.Value, j.Value)),
        _ => false,
    };

    private static bool AllEqual<T>(ImmutableArray<T> a, ImmutableArray<T> b, Func<T, T, bool> areEqual)
    {
        if (a.Length != b.Length) return false;
        for (int i = 0; i < a.Length; i++)
        {
            if (!areEqual(a[i], b[i])) return false;
        }
        return true;
    }
}
