using System.Collections.Immutable;
using SsmDsl.Semantics;

namespace SsmDsl.Ir;

/// <summary>Arithmetic of quasi-affine positions; results are in normal form.</summary>
public static class IndexArithmetic
{
    public static Index Plus(this Index a, Index b) =>
        a.Terms.IsEmpty && b.Terms.IsEmpty ? Index.Of(a.Constant + b.Constant)
        : b.Terms.IsEmpty ? new Index(a.Terms, a.Constant + b.Constant)
        : Joined(new Index(Merge(a.Terms.AddRange(b.Terms)), a.Constant + b.Constant));

    public static Index Plus(this Index a, Dim b) => new(a.Terms, a.Constant + b);

    public static Index Minus(this Index a, Index b) => a.Plus(b.Times(-1));

    public static Index Times(this Index a, long factor) =>
        factor == 0 ? Index.Of(0)
        : factor == 1 ? a
        : new Index([.. a.Terms.Select(t => t with { Coefficient = t.Coefficient * factor })], a.Constant * factor);

    /// <summary>Rounds down. What the divisor divides, or cannot reach it, is taken out.</summary>
    public static Index DividedBy(this Index a, long divisor)
    {
        var (quotient, rest) = Split(a, divisor);
        return IsWithin(rest, divisor) ? quotient
            : rest.Constant.TryGetConstant(out long constant) && rest.Terms.IsEmpty ? quotient.Plus(FloorDivide(constant, divisor))
            : quotient.Plus(new Index([new IndexTerm(1, new DivAtom(rest, divisor))], 0));
    }

    /// <summary>Never negative.</summary>
    public static Index Modulo(this Index a, long divisor)
    {
        if (divisor == 1) return Index.Of(0);
        Index rest = Split(a, divisor).Remainder;
        return IsWithin(rest, divisor) ? rest
            : rest.Constant.TryGetConstant(out long constant) && rest.Terms.IsEmpty ? Index.Of(constant - divisor * FloorDivide(constant, divisor))
            : new Index([new IndexTerm(1, new ModAtom(rest, divisor))], 0);
    }

    /// <summary>The position of a variable that stands alone, or null.</summary>
    public static IndexVar? AsVariable(this Index index) =>
        index.Terms.Length == 1 && index.Terms[0] is { Coefficient: 1, Atom: VariableAtom v } && index.Constant.Equals(0) ? v.Variable : null;

    public static bool IsConstant(this Index index, out long value)
    {
        value = 0;
        return index.Terms.IsEmpty && index.Constant.TryGetConstant(out value);
    }

    public static bool HasLookup(this Index index) => index.Terms.Any(t => t.Atom switch
    {
        LookupAtom => true,
        DivAtom d => d.Dividend.HasLookup(),
        ModAtom m => m.Dividend.HasLookup(),
        _ => false,
    });

    /// <summary>Rounds down, for a divisor above 0.</summary>
    public static long FloorDivide(long a, long b) => a >= 0 ? a / b : -((-a + b - 1) / b);

    /// <summary>divisor * Quotient + Remainder, the constant of Remainder in 0 … divisor-1 if it is known.</summary>
    private static (Index Quotient, Index Remainder) Split(Index a, long divisor)
    {
        bool isKnown = a.Constant.TryGetConstant(out long constant);
        long whole = isKnown ? FloorDivide(constant, divisor) : 0;
        return (
            new Index([.. a.Terms.Where(t => t.Coefficient % divisor == 0).Select(t => t with { Coefficient = t.Coefficient / divisor })], whole),
            new Index([.. a.Terms.Where(t => t.Coefficient % divisor != 0)], isKnown ? constant - whole * divisor : a.Constant));
    }

    private static bool IsWithin(Index rest, long divisor) =>
        IndexBounds.Of(rest) is var (low, high)
        && low.TryGetConstant(out long from) && high.TryGetConstant(out long to) && from >= 0 && to < divisor;

    /// <summary>With x for divisor·(x div divisor) + x mod divisor.</summary>
    private static Index Joined(Index sum)
    {
        foreach (IndexTerm rest in sum.Terms)
        {
            if (rest.Atom is not ModAtom mod) continue;
            IndexTerm? whole = sum.Terms.FirstOrDefault(t => t.Atom is DivAtom div && div.Divisor == mod.Divisor
                && t.Coefficient == rest.Coefficient * mod.Divisor && Structure.AreEqual(div.Dividend, mod.Dividend));
            if (whole is not null) return new Index(sum.Terms.Remove(rest).Remove(whole), sum.Constant).Plus(mod.Dividend.Times(rest.Coefficient));
        }

        return sum;
    }

    private static ImmutableArray<IndexTerm> Merge(ImmutableArray<IndexTerm> terms)
    {
        var merged = new List<IndexTerm>(terms.Length);
        foreach (IndexTerm term in terms)
        {
            int at = merged.FindIndex(m => Structure.AreEqual(m.Atom, term.Atom));
            if (at < 0) merged.Add(term);
            else merged[at] = merged[at] with { Coefficient = merged[at].Coefficient + term.Coefficient };
        }
        return [.. merged.Where(t => t.Coefficient != 0)];
    }
}
