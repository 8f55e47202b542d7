using System.Collections.Immutable;

namespace SsmDsl.Semantics;

/// <summary>What an affine form is linear in.</summary>
public abstract record AffineAtom;

/// <summary>An index with the values 0 … Range-1.</summary>
/// <param name="Key">What it is: an <see cref="IndexSymbol"/>, a loop index of the IR; compared by Equals.</param>
public sealed record AffineVariable(object Key, Dim Range) : AffineAtom
{
    public override string ToString() => Key.ToString() ?? "";
}

/// <summary>The quotient rounded down.</summary>
public sealed record AffineQuotient(AffineForm Dividend, Dim Divisor) : AffineAtom
{
    public override string ToString() => $"({Dividend}) div {Divisor}";
}

/// <summary>
/// A position: a sum of indices and of quotients of such sums, each times a size, and a constant size. Normal form: atoms are
/// different and no coefficient is 0. <c>a mod k</c> is <c>a - k*(a div k)</c>.
/// </summary>
public sealed class AffineForm : IEquatable<AffineForm>
{
    // few: a search from the front is faster than a table
    private readonly ImmutableArray<Dim> coefficients;

    private AffineForm(ImmutableArray<AffineAtom> atoms, ImmutableArray<Dim> coefficients, Dim offset)
    {
        Atoms = atoms;
        this.coefficients = coefficients;
        Offset = offset;
    }

    /// <summary>In the order of their first occurrence.</summary>
    public ImmutableArray<AffineAtom> Atoms { get; }

    public Dim Offset { get; }

    public bool IsConstant => Atoms.IsEmpty;

    public Dim this[AffineAtom atom] => Atoms.IndexOf(atom) is >= 0 and int i ? coefficients[i] : 0;

    /// <summary>All indices in it, those inside of quotients included.</summary>
    public IEnumerable<AffineVariable> Variables => Atoms switch
    {
        [] => [],
        [AffineVariable single] => [single],
        _ => Atoms.SelectMany(a => a switch
        {
            AffineVariable v => [v],
            AffineQuotient q => q.Dividend.Variables,
            _ => throw new InvalidOperationException(),
        }).Distinct(),
    };

    public static AffineForm Constant(Dim value) => new([], [], value);

    /// <summary>The index <paramref name="key"/> with the values 0 … range-1.</summary>
    public static AffineForm Variable(object key, Dim range) => Of(new AffineVariable(key, range));

    public static AffineForm Of(AffineAtom atom) => new([atom], [1], 0);

    public static implicit operator AffineForm(Dim value) => Constant(value);

    public static implicit operator AffineForm(long value) => Constant(value);

    public static AffineForm operator +(AffineForm a, AffineForm b)
    {
        if (a.IsConstant) return new(b.Atoms, b.coefficients, a.Offset + b.Offset);
        if (b.IsConstant) return new(a.Atoms, a.coefficients, a.Offset + b.Offset);
        var atoms = a.Atoms.ToBuilder();
        var sums = a.coefficients.ToBuilder();
        for (int i = 0; i < b.Atoms.Length; i++)
        {
            int at = a.Atoms.IndexOf(b.Atoms[i]);
            if (at >= 0)
            {
                sums[at] += b.coefficients[i];
                continue;
            }
            atoms.Add(b.Atoms[i]);
            sums.Add(b.coefficients[i]);
        }
        for (int i = atoms.Count - 1; i >= 0; i--)
        {
            if (!sums[i].Equals(0)) continue;
            atoms.RemoveAt(i);
            sums.RemoveAt(i);
        }
        return new(atoms.ToImmutable(), sums.ToImmutable(), a.Offset + b.Offset);
    }

    public static AffineForm operator -(AffineForm a) => a * -1;

    public static AffineForm operator -(AffineForm a, AffineForm b) => a + -b;

    public static AffineForm operator *(AffineForm a, Dim factor) =>
        factor.Equals(0) ? Constant(0)
        : factor.Equals(1) ? a
        : new(a.Atoms, ImmutableArray.CreateRange(a.coefficients, c => c * factor), a.Offset * factor);

    /// <summary><c>dividend div divisor</c>, rounded down; what the divisor divides is taken out of the quotient.</summary>
    public static AffineForm Div(AffineForm dividend, Dim divisor)
    {
        AffineForm whole = 0, rest = 0;
        foreach (AffineAtom atom in dividend.Atoms)
        {
            Dim quotient = dividend[atom] / divisor;
            if (IsWhole(quotient)) whole += Of(atom) * quotient;
            else rest += Of(atom) * dividend[atom];
        }
        if (rest.IsConstant) return whole + Dim.Floor(dividend.Offset, divisor);
        Dim offset = dividend.Offset / divisor;
        return IsWhole(offset)
            ? whole + offset + Of(new AffineQuotient(rest, divisor))
            : whole + Of(new AffineQuotient(rest + dividend.Offset, divisor));
    }

    /// <summary><c>dividend mod divisor</c>, never negative.</summary>
    public static AffineForm Mod(AffineForm dividend, Dim divisor) => dividend - (Div(dividend, divisor) * divisor);

    /// <summary>With sizes in place of symbols, in the ranges of indices too.</summary>
    public AffineForm Substitute(IReadOnlyDictionary<DimSymbol, Dim> values) =>
        Rebuild(d => d.Substitute(values), v => v.Range.Substitute(values) is var range && ReferenceEquals(range, v.Range) ? Of(v) : Of(v with { Range = range }));

    /// <summary>With forms in place of indices.</summary>
    public AffineForm Replace(Func<AffineVariable, AffineForm> replace) => Rebuild(d => d, replace);

    public bool Equals(AffineForm? other) =>
        other is not null && Offset.Equals(other.Offset) && Atoms.Length == other.Atoms.Length
        && Atoms.All(a => other.Atoms.Contains(a) && other[a].Equals(this[a]));

    public override bool Equals(object? obj) => Equals(obj as AffineForm);

    public override int GetHashCode() => Atoms.Aggregate(Offset.GetHashCode(), (hash, a) => hash + (a.GetHashCode() * 31 ^ this[a].GetHashCode()));

    /// <summary>As a user would write it: <c>h*K + k - 1</c>.</summary>
    public override string ToString()
    {
        var terms = Atoms.Select(a => this[a] switch
        {
            var c when c.Equals(1) => $"{a}",
            var c when c.Equals(-1) => $"-{a}",
            var c when c.IsConstant => $"{c}*{a}",
            var c => $"{a}*{(c.ToString().Contains(' ') ? $"({c})" : c)}",
        });
        string text = string.Join(" + ", terms.Concat(Offset.Equals(0) && Atoms.Length > 0 ? [] : [Offset.ToString()]));
        return text.Replace("+ -", "- ");
    }

    private AffineForm Rebuild(Func<Dim, Dim> size, Func<AffineVariable, AffineForm> variable) =>
        Atoms.Aggregate(Constant(size(Offset)), (sum, atom) => sum + ((atom switch
        {
            AffineVariable v => variable(v),
            AffineQuotient q => Div(q.Dividend.Rebuild(size, variable), size(q.Divisor)),
            _ => throw new InvalidOperationException(),
        }) * size(this[atom])));

    private static bool IsWhole(Dim quotient) => !quotient.IsUndefined && quotient.IsWhole;
}
