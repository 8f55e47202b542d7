using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering;

/// <summary>What needs sums over all steps, from the sums of segments, in their order.</summary>
/// <param name="sums">Of each sum over the steps, those of segments: [segment, elements].</param>
internal sealed class SegmentTotals(SegmentPlan plan, GroupElements elements, IReadOnlyDictionary<Tensor, Tensor> sums, Dim count)
{
    private readonly ImmutableArray<Equation>.Builder plain = ImmutableArray.CreateBuilder<Equation>();

    /// <summary>Equations that are a sum over segments and nothing else.</summary>
    public ImmutableArray<Equation> Plain => plain.ToImmutable();

    public ImmutableArray<Equation> Equations()
    {
        var result = ImmutableArray.CreateBuilder<Equation>();
        foreach (Equation equation in plan.After)
        {
            if (equation is { Reduction: null, Guard: null, Body: LoadScalar load } && sums.ContainsKey(load.Tensor))
            {
                Equation total = Total(load.Tensor, elements.Of(equation), equation.Target, equation.Left) with { Axes = equation.Axes, Comment = equation.Comment, Origin = equation.Origin };
                plain.Add(total);
                result.Add(total);
                continue;
            }

            var whole = new Dictionary<Tensor, Tensor>();
            foreach (Tensor sum in NodeParts.Loads(equation).Select(l => l.Tensor).Distinct().Where(sums.ContainsKey))
            {
                ImmutableArray<IndexVar> axes = elements.Of(plan.Sums.First(s => s.Target == sum));
                whole[sum] = new Tensor($"{sum.Name}.all", sum.Element, [.. axes.Select(a => new TensorAxis(a.Size))], sum.Origin);
                result.Add(Total(sum, axes, whole[sum], [.. axes.Select(Index.Of)]));
            }

            ImmutableArray<Index> own = [.. elements.Of(equation).Select(Index.Of)];
            result.Add(equation.MapParts(s => s is LoadScalar l && whole.TryGetValue(l.Tensor, out Tensor all)
                ? Scalars.Read(all, own) : s));
        }

        return result.ToImmutable();
    }

    private Equation Total(Tensor sum, ImmutableArray<IndexVar> axes, Tensor target, ImmutableArray<Index> left)
    {
        var segment = new IndexVar("segment", count);
        ImmutableArray<Index> at = [Index.Of(segment), .. axes.Select(Index.Of)];
        return new Equation(target, axes, left, new Reduction(ReduceKind.Sum, [segment], null), Scalars.Read(sums[sum], at));
    }
}
