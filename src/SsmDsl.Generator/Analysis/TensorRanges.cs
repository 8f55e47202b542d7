using SsmDsl.Checks;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Analysis;

/// <summary>What values the tensors of a program can have, whatever its parameters and inputs are.</summary>
internal sealed class TensorRanges(GraphProgram program)
{
    private static readonly ValueRange Zero = ValueRange.Of(Interval.Zero);

    private readonly ILookup<Tensor, Equation> writers = program.Body.Equations().ToLookup(e => e.Target);
    private readonly Dictionary<Tensor, ValueRange> known = [];
    private readonly HashSet<Tensor> open = [];

    public ValueRange Of(Scalar scalar) => scalar switch
    {
        ConstantScalar c => ValueRange.Of(Interval.Of(c.Real), Interval.Of(c.Imaginary)),
        LoadScalar load => load.Access.All(a => a != AxisAccess.Padded) ? Of(load.Tensor) : Of(load.Tensor).Union(Zero),
        ApplyScalar apply => RangeFunctions.Of(apply.Op, [.. apply.Arguments.Select(Of)], apply.Arguments.Any(a => a.Type == ElementType.Complex)),
        SelectScalar select => Of(select.Then).Union(Of(select.Else)),
        DrawScalar { Kind: not DrawKind.InitialNormal } => ValueRange.Of(Interval.Unit),
        _ => Anything(scalar.Type),
    };

    private ValueRange Of(Tensor tensor)
    {
        if (known.TryGetValue(tensor, out ValueRange range)) return range;
        if (!open.Add(tensor)) return Anything(tensor.Element);
        Equation[] equations = [.. writers[tensor]];

        // Places that no equation writes are 0.
        range = equations.Length == 0 || equations.Any(e => e.Reduction is not null || e.Accumulate)
            ? Anything(tensor.Element)
            : equations.Select(e => Of(e.Body)).Aggregate(Zero, (a, b) => a.Union(b));
        open.Remove(tensor);
        return known[tensor] = range;
    }

    private static ValueRange Anything(ElementType type) =>
        type == ElementType.Complex ? ValueRange.Disc(double.PositiveInfinity) : ValueRange.All;
}
