using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Passes;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Expansion;

/// <summary>Loss and metrics: the means over the batch.</summary>
internal sealed record BatchMeans(ImmutableArray<Equation> Equations, ImmutableArray<Port> Ports)
{
    public static BatchMeans Of(DraftModel model, Translation translation)
    {
        var equations = new List<Equation>();
        var ports = new List<Port>();
        if (model.Loss is { } loss) ports.Add(new Port(PortKind.Loss, "loss", Mean(loss, translation, equations)));
        foreach (var (metric, slot) in model.Metrics) ports.Add(new Port(PortKind.Metric, metric.Name, Mean(slot, translation, equations)));
        return new BatchMeans([.. equations], [.. ports]);
    }

    private static Tensor Mean(Slot slot, Translation translation, List<Equation> equations)
    {
        Tensor values = translation.TensorOf(slot);
        ImmutableArray<IndexVar> batch = [.. values.Axes.Select(a => new IndexVar("b", a.Size))];
        Scalar value = Scalars.Read(values, [.. batch.Select(Index.Of)]);
        value = value.Type switch
        {
            ElementType.Bool => ScalarBuilder.Select(value, ScalarBuilder.Real(1), ScalarBuilder.Real(0)),
            ElementType.Int => ScalarBuilder.Apply(ScalarOp.ToReal, ElementType.Real, value),
            _ => value,
        };
        var mean = new Tensor(slot.Name, ElementType.Real, [], slot.Span);
        if (batch.IsEmpty)
        {
            equations.Add(new Equation(mean, [], [], null, value, Comment: slot.Name, Origin: slot.Span));
            return mean;
        }

        var sum = new Tensor(slot.Name + "_sum", ElementType.Real, [], slot.Span);
        equations.Add(new Equation(sum, [], [], new Reduction(ReduceKind.Sum, batch, null), value, Comment: $"{slot.Name}, over the batch", Origin: slot.Span));
        Scalar count = ScalarBuilder.Apply(ScalarOp.ToReal, ElementType.Real, new IndexScalar(Index.Of(Dim.Of(DimSymbol.Batch))));
        equations.Add(new Equation(
            mean, [], [], null, ScalarBuilder.Apply(ScalarOp.Divide, ElementType.Real, new LoadScalar(sum, [], []), count),
            Comment: $"{slot.Name}, mean over the batch", Origin: slot.Span));
        return mean;
    }
}
