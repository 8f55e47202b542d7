using CsCheck;
using SsmDsl.Semantics;
using static SsmDsl.Parser.Tests.Bounds.Symbols;

namespace SsmDsl.Parser.Tests.Bounds;

/// <summary>Proofs against all values of indices and, for symbolic sizes, small values of those.</summary>
public class BoundsAgainstCountingTests
{
    private static readonly Gen<Dim> number = Gen.Long[-3, 3].Select(n => (Dim)n);

    private static readonly Gen<Dim> size = Pick(D, H, 2 * D, D + 1, D * H, Dim.Ceil(D, 2), Dim.Min(D, H), Dim.Max(D, 2), 1, 2, 3);

    private static readonly Gen<Dim> coefficient = Gen.Frequency(
        (3, Pick<Dim>(-1, 1, 2)), (1, Pick(D, -D, H, D - H, Dim.Floor(H, 2))));

    private record Case(AffineForm Form, AffineForm[] Guards);

    private static Gen<Case> Cases(Gen<Dim> range, Gen<Dim> factor, Gen<Dim> divisor) =>
        from ranges in range.Array[3]
        let indices = ranges.Select((r, i) => Index("ijk"[i].ToString(), r)).ToArray()
        let term = from form in Pick(indices)
                   from f in factor
                   from d in divisor
                   from kind in Gen.Int[0, 5]
                   from shift in Gen.Long[-2, 2]
                   select (kind switch { 0 => AffineForm.Div(form + shift, d), 1 => AffineForm.Mod(form + shift, d), _ => form }) * f
        let sum = from terms in term.Array[1, 3] from offset in factor select terms.Aggregate((AffineForm)offset, (a, b) => a + b)
        from form in sum
        from guards in sum.Array[0, 2]
        select new Case(form, guards);

    [Fact]
    public void With_numbers_the_answer_is_exact() =>
        Cases(Gen.Long[1, 4].Select(n => (Dim)n), number, Gen.Long[1, 3].Select(n => (Dim)n)).Sample(c =>
        {
            Proof proof = Semantics.Bounds.Nonnegative(c.Form, new Guards([[.. c.Guards]]));
            bool holds = Values(c, []).All(v => v >= 0);
            Assert.Equal(holds ? Verdict.Proven : Verdict.Refuted, proof.Verdict);
            if (!holds) Assert.True(proof.Counterexample!.Evaluate(_ => 0) < 0);
            var (least, greatest) = Semantics.Bounds.Extremes(c.Form, new Guards([[.. c.Guards]]));
            Assert.All(Values(c, []), v => Assert.True(least!.Evaluate(_ => 0) <= v && v <= greatest!.Evaluate(_ => 0)));
        }, iter: 2000);

    [Fact]
    public void With_symbols_the_answer_holds_for_all_sizes() =>
        Cases(size, coefficient, Pick(H, 2, D + 1)).Sample(c =>
        {
            var guards = new Guards([[.. c.Guards]]);
            Proof proof = Semantics.Bounds.Nonnegative(c.Form, guards);
            var (least, greatest) = Semantics.Bounds.Extremes(c.Form, guards);
            for (int d = 1; d <= 3; d++)
            {
                for (int h = 1; h <= 3; h++)
                {
                    var sizes = new Dictionary<DimSymbol, Dim> { [new("D")] = d, [new("H")] = h };
                    var values = Values(c, sizes).ToList();
                    if (proof.Verdict == Verdict.Proven) Assert.DoesNotContain(values, v => v < 0);
                    if (proof.Verdict == Verdict.Refuted) Assert.Contains(values, v => v < 0);
                    if (least is not null) Assert.All(values, v => Assert.True(DimSign.IsNonnegative(v - least.Substitute(sizes), SizeAssumptions.AtLeastOne)));
                    if (greatest is not null) Assert.All(values, v => Assert.True(DimSign.IsNonnegative(greatest.Substitute(sizes) - v, SizeAssumptions.AtLeastOne)));
                }
            }
        }, iter: 300);

    [Fact]
    public void Signs_hold_for_all_sizes() =>
        (from a in size from b in size from c in coefficient from d in coefficient select (a * c) + (b * d) + (c / a)).Sample(dim =>
        {
            bool nonnegative = DimSign.IsNonnegative(dim, SizeAssumptions.AtLeastOne), positive = DimSign.IsPositive(dim, SizeAssumptions.AtLeastOne);
            for (int i = 0; i < 16; i++)
            {
                Dim value = dim.Substitute(new Dictionary<DimSymbol, Dim> { [new("D")] = 1 + (i / 4), [new("H")] = 1 + (i % 4) });
                Assert.True(!nonnegative || DimSign.IsNonnegative(value, SizeAssumptions.AtLeastOne));
                Assert.True(!positive || DimSign.IsPositive(value, SizeAssumptions.AtLeastOne));
            }
        }, iter: 2000);

    /// <summary>The values of the form wherever the guards hold.</summary>
    private static IEnumerable<long> Values(Case c, Dictionary<DimSymbol, Dim> sizes)
    {
        AffineForm form = c.Form.Substitute(sizes);
        var guards = c.Guards.Select(g => g.Substitute(sizes)).ToList();
        var variables = guards.Append(form).SelectMany(f => f.Variables).Distinct().ToList();
        return Places(variables.Select(v => v.Range.Evaluate(_ => 0)).ToList())
            .Select(place => variables.Zip(place, (v, i) => (v, i)).ToDictionary(p => p.v, p => p.i))
            .Where(place => guards.All(g => At(g, place) >= 0))
            .Select(place => At(form, place));
    }

    private static long At(AffineForm form, Dictionary<AffineVariable, long> place) =>
        form.Replace(v => place[v]).Offset.Evaluate(_ => 0);

    private static IEnumerable<long[]> Places(List<long> ranges) => ranges.Count == 0
        ? [[]]
        : from rest in Places(ranges.GetRange(0, ranges.Count - 1)) from i in Enumerable.Range(0, (int)ranges[^1]) select (long[])[.. rest, i];
}

