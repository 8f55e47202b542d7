using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering;

/// <summary>
/// What lowering asks of scalars: which are equal (graph records do not compare by content), which variables they depend on,
/// and whether evaluating one where the text does not is harmless.
/// </summary>
/// <param name="written">Tensors that the kernel writes: reads of them stay in their place.</param>
/// <param name="merged">Indices that are the same as another.</param>
internal sealed class ScalarFacts(IReadOnlyCollection<Tensor> written, IReadOnlyDictionary<IndexVar, IndexVar> merged)
{
    private readonly HashSet<Tensor> written = [.. written];
    private readonly Dictionary<string, int> numbers = [];
    private readonly Dictionary<Scalar, ScalarFact> known = new(ReferenceComparer.Instance);
    private readonly Dictionary<object, int> names = new(ReferenceComparer.Instance);

    public ScalarFact Of(Scalar scalar)
    {
        if (known.TryGetValue(scalar, out ScalarFact fact)) return fact;
        foreach (ApplyScalar part in scalar.LeftChain())
            if (!known.ContainsKey(part)) known[part] = Find(part);
        return known.TryGetValue(scalar, out fact) ? fact : known[scalar] = Find(scalar);
    }

    /// <summary>Key of an index, equal for equal ones.</summary>
    public string Key(Index index)
    {
        var text = new StringBuilder();
        foreach (string term in index.Terms.Select(t => $"{t.Coefficient}*{Key(t.Atom)}").OrderBy(t => t, StringComparer.Ordinal))
            text.Append(term).Append('+');
        return text.Append(index.Constant).ToString();
    }

    public ScalarFact Of(Index index)
    {
        var variables = ImmutableHashSet<IndexVar>.Empty;
        int depth = 0;
        bool safe = true, still = true;
        foreach (IndexTerm term in index.Terms)
        {
            switch (term.Atom)
            {
                case VariableAtom v:
                    variables = variables.Add(Canonical(v.Variable));
                    continue;
                case DivAtom d:
                    Merge(Of(d.Dividend));
                    continue;
                case ModAtom m:
                    Merge(Of(m.Dividend));
                    continue;
                case LookupAtom l:
                    Merge(Of(l.Value));
                    continue;
            }
        }

        return new ScalarFact(0, variables, depth, safe, still, false);

        void Merge(ScalarFact part)
        {
            variables = Union(variables, part.Variables);
            depth = Math.Max(depth, part.Depth);
            safe &= part.IsSafe;
            still &= part.IsStill;
        }
    }

    private string Key(IndexAtom atom) => atom switch
    {
        VariableAtom v => "v" + Name(Canonical(v.Variable)),
        DivAtom d => $"({Key(d.Dividend)})/{d.Divisor}",
        ModAtom m => $"({Key(m.Dividend)})%{m.Divisor}",
        LookupAtom l => "#" + Of(l.Value).Number,
        _ => throw new NotSupportedException(atom.GetType().Name),
    };

    private IndexVar Canonical(IndexVar variable) => merged.TryGetValue(variable, out IndexVar other) ? other : variable;

    private int Name(object thing)
    {
        if (!names.TryGetValue(thing, out int name)) names[thing] = name = names.Count;
        return name;
    }

    private ScalarFact Find(Scalar scalar)
    {
        switch (scalar)
        {
            case ConstantScalar c:
                return Fact($"{c.Type} {c.Real.ToString("R", CultureInfo.InvariantCulture)}", [], trivial: true);
            case RunScalar r:
                return Fact($"run {r.Value}", [], trivial: true);
            case IndexScalar i:
                return Fact($"index {Key(i.Value)}", [Of(i.Value)], trivial: true);
            case ApplyScalar a:
                ScalarFact[] arguments = [.. a.Arguments.Select(Of)];
                bool traps = a.Type == ElementType.Int && a.Op is ScalarOp.Div or ScalarOp.Mod && a.Arguments[1] is not ConstantScalar;
                return Fact($"{a.Op} {a.Type} {Numbers(arguments)}", arguments, safe: !traps);
            case SelectScalar s:
                ScalarFact[] parts = [Of(s.Condition), Of(s.Then), Of(s.Else)];
                return Fact($"if {Numbers(parts)}", parts);
            case DrawScalar d:
                ScalarFact[] values = [.. d.Indices.Select(i => Of(i.Value))];
                ScalarFact[] sequence = d.Sequence is null ? [] : [Of(d.Sequence)];
                string batch = d.Sequence is null ? "-" : Key(d.Sequence);
                return Fact($"draw {d.Kind} {d.Path} {batch} {Numbers(values)}", [.. values, .. sequence]);
            case LoadScalar l:
                return Fact($"load {Name(l.Tensor)}[{string.Join(",", l.Indices.Select(Key))}]", [.. l.Indices.Select(Of)],
                    safe: Enumerable.Range(0, l.Indices.Length).All(i => IsSafe(l, i)), still: !written.Contains(l.Tensor));
            default:
                throw new NotSupportedException(scalar.GetType().Name);
        }
    }

    private static bool IsSafe(LoadScalar load, int axis) => load.Access[axis] switch
    {
        AxisAccess.Padded => true,
        AxisAccess.InRange => IndexBounds.IsWithin(load.Indices[axis], load.Tensor.Axes[axis]),
        _ => false,
    };

    private static string Numbers(IEnumerable<ScalarFact> facts) => string.Join(",", facts.Select(f => f.Number));

    private static ImmutableHashSet<IndexVar> Union(ImmutableHashSet<IndexVar> a, ImmutableHashSet<IndexVar> b) =>
        a.IsEmpty ? b : b.IsEmpty || ReferenceEquals(a, b) ? a : a.Union(b);

    private ScalarFact Fact(string key, IEnumerable<ScalarFact> parts, bool safe = true, bool still = true, bool trivial = false)
    {
        if (!numbers.TryGetValue(key, out int number)) numbers[key] = number = numbers.Count;
        var variables = ImmutableHashSet<IndexVar>.Empty;
        int depth = 0;
        foreach (ScalarFact part in parts)
        {
            variables = Union(variables, part.Variables);
            depth = Math.Max(depth, part.Depth);
            safe &= part.IsSafe;
            still &= part.IsStill;
        }

        return new ScalarFact(number, variables, depth + 1, safe, still, trivial);
    }
}

/// <param name="Number">Equal for scalars of equal content.</param>
/// <param name="Depth">Operations in a row.</param>
/// <param name="IsSafe">It reads within bounds, raises nothing and cannot fail, whatever branches or loops are around it.</param>
/// <param name="IsStill">It reads nothing that the kernel writes.</param>
/// <param name="IsTrivial">Naming it would save nothing.</param>
internal sealed record ScalarFact(int Number, ImmutableHashSet<IndexVar> Variables, int Depth, bool IsSafe, bool IsStill, bool IsTrivial);
