using SsmDsl.Ir;
using SsmDsl.Passes;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Streaming;

/// <summary>How far back from t a position s lies: the values of t - s. Null: no bound known.</summary>
internal readonly record struct Band(long? Low, long? High)
{
    public static readonly Band All = new(null, null);

    public bool IsBounded => Low is not null && High is not null;

    public Band Intersect(Band other) => new(Best(Low, other.Low, Math.Max), Best(High, other.High, Math.Min));

    public Band Union(Band other) => new(Worst(Low, other.Low, Math.Min), Worst(High, other.High, Math.Max));

    /// <summary>The band within which a condition can hold.</summary>
    public static Band Of(Scalar? condition, IndexVar t, IndexVar s) => condition switch
    {
        ApplyScalar { Op: ScalarOp.And } a => Of(a.Arguments[0], t, s).Intersect(Of(a.Arguments[1], t, s)),
        SelectScalar { Else: ConstantScalar { Real: 0 } } c => Of(c.Condition, t, s).Intersect(Of(c.Then, t, s)),
        ApplyScalar { Op: ScalarOp.Less } a => AtLeast(a.Arguments[1], a.Arguments[0], 1, t, s),
        ApplyScalar { Op: ScalarOp.LessOrEqual } a => AtLeast(a.Arguments[1], a.Arguments[0], 0, t, s),
        ApplyScalar { Op: ScalarOp.Greater } a => AtLeast(a.Arguments[0], a.Arguments[1], 1, t, s),
        ApplyScalar { Op: ScalarOp.GreaterOrEqual } a => AtLeast(a.Arguments[0], a.Arguments[1], 0, t, s),
        ApplyScalar { Op: ScalarOp.Equal } a => AtLeast(a.Arguments[0], a.Arguments[1], 0, t, s).Intersect(AtLeast(a.Arguments[1], a.Arguments[0], 0, t, s)),
        _ => All,
    };

    /// <summary>The band outside of which a value is 0.</summary>
    /// <param name="ofTensor">The band of the tensors that are read.</param>
    public static Band Support(Scalar value, IndexVar t, IndexVar s, Func<LoadScalar, Band> ofTensor) => value switch
    {
        LoadScalar load => ofTensor(load),
        SelectScalar { Else: ConstantScalar { Real: 0, Imaginary: 0 } } c => Of(c.Condition, t, s).Intersect(Support(c.Then, t, s, ofTensor)),
        ApplyScalar { Op: ScalarOp.Multiply } a => Support(a.Arguments[0], t, s, ofTensor).Intersect(Support(a.Arguments[1], t, s, ofTensor)),
        ApplyScalar { Op: ScalarOp.Divide or ScalarOp.Negate or ScalarOp.ToComplex or ScalarOp.ToReal or ScalarOp.Re or ScalarOp.Im or ScalarOp.Conj } a =>
            Support(a.Arguments[0], t, s, ofTensor),
        ApplyScalar { Op: ScalarOp.Add or ScalarOp.Subtract } a => Support(a.Arguments[0], t, s, ofTensor).Union(Support(a.Arguments[1], t, s, ofTensor)),
        _ => All,
    };

    /// <summary>From large - small >= least.</summary>
    private static Band AtLeast(Scalar large, Scalar small, long least, IndexVar t, IndexVar s)
    {
        if (ScalarBuilder.AsIndex(large) is not { } x || ScalarBuilder.AsIndex(small) is not { } y) return All;
        Index difference = x.Minus(y);
        Index back = Index.Of(t).Minus(Index.Of(s));
        if (difference.Minus(back).IsConstant(out long above)) return new Band(least - above, null);
        return difference.Plus(back).IsConstant(out long below) ? new Band(null, below - least) : All;
    }

    private static long? Best(long? a, long? b, Func<long, long, long> choose) => a is null ? b : b is null ? a : choose(a.Value, b.Value);

    private static long? Worst(long? a, long? b, Func<long, long, long> choose) => a is null || b is null ? null : choose(a.Value, b.Value);
}
