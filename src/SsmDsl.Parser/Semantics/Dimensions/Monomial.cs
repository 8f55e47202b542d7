using System.Collections.Immutable;

namespace SsmDsl.Semantics;

/// <summary>A product of powers of atoms, ascending by atom.</summary>
internal sealed class Monomial : IEquatable<Monomial>, IComparable<Monomial>
{
    public static readonly Monomial One = new([]);

    private Monomial(ImmutableArray<(DimAtom Atom, int Power)> factors)
    {
        Factors = factors;
        foreach (var (_, power) in factors) Degree += power;
    }

    public ImmutableArray<(DimAtom Atom, int Power)> Factors { get; }

    public int Degree { get; }

    public bool IsOne => Factors.Length == 0;

    public static Monomial Of(DimAtom atom) => new([(atom, 1)]);

    public static Monomial operator *(Monomial a, Monomial b) =>
        a.IsOne ? b : b.IsOne ? a : Merge(a, b, (x, y) => x + y)!;

    /// <summary>The quotient, or null if it is no product of powers.</summary>
    public static Monomial? Divide(Monomial a, Monomial b) => b.IsOne ? a : Merge(a, b, (x, y) => x - y);

    public static Monomial CommonFactor(Monomial a, Monomial b) =>
        a.IsOne || b.IsOne ? One : Merge(a, b, Math.Min)!;

    /// <summary>Graded lexicographic: by degree, then by the powers of the first atoms; compatible with multiplication.</summary>
    public int CompareTo(Monomial? other)
    {
        if (other is null) return 1;
        if (Degree != other.Degree) return Degree.CompareTo(other.Degree);
        for (int i = 0; i < Factors.Length && i < other.Factors.Length; i++)
        {
            int atoms = Factors[i].Atom.CompareTo(other.Factors[i].Atom);
            if (atoms != 0) return -atoms;
            int powers = Factors[i].Power.CompareTo(other.Factors[i].Power);
            if (powers != 0) return powers;
        }
        return Factors.Length.CompareTo(other.Factors.Length);
    }

    public bool Equals(Monomial? other) => CompareTo(other) == 0;

    public override bool Equals(object? obj) => Equals(obj as Monomial);

    public override int GetHashCode() => (int)Point;

    public uint Point => Factors.Aggregate(1u, (product, f) =>
        FieldPoint.Multiply(product, FieldPoint.Power(f.Atom.Point, (uint)f.Power)));

    private static Monomial? Merge(Monomial a, Monomial b, Func<int, int, int> power)
    {
        var factors = ImmutableArray.CreateBuilder<(DimAtom, int)>();
        int i = 0, j = 0;
        while (i < a.Factors.Length || j < b.Factors.Length)
        {
            int order = i == a.Factors.Length ? 1
                : j == b.Factors.Length ? -1
                : a.Factors[i].Atom.CompareTo(b.Factors[j].Atom);
            DimAtom atom = order <= 0 ? a.Factors[i].Atom : b.Factors[j].Atom;
            int merged = power(order <= 0 ? a.Factors[i++].Power : 0, order >= 0 ? b.Factors[j++].Power : 0);
            if (merged < 0) return null;
            if (merged > 0) factors.Add((atom, merged));
        }
        return factors.Count == 0 ? One : new Monomial(factors.ToImmutable());
    }
}
