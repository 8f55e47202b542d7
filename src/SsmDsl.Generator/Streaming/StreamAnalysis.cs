using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using SsmDsl.Text;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Streaming;

/// <summary>What a step of a stream must remember.</summary>
/// <param name="LookBack">For each tensor along the stream that is read at earlier positions, how many of them.</param>
/// <param name="Accumulators">Reductions over the whole stream.</param>
/// <param name="Obstacle">Why the equations cannot run step by step, and where; null if they can.</param>
internal sealed record StreamMemory(
    IReadOnlyDictionary<Tensor, int> LookBack,
    IReadOnlyCollection<Equation> Accumulators,
    (string Reason, SourceSpan Place)? Obstacle);

/// <summary>Looks at how equations read along the stream's dimension.</summary>
internal sealed class StreamAnalysis
{
    private readonly Dim length;
    private readonly Dictionary<Tensor, int> lookBack = [];
    private readonly List<Equation> accumulators = [];
    private readonly HashSet<Tensor> wholeStream = [];
    private (string, SourceSpan)? obstacle;

    private StreamAnalysis(DimSymbol stream) => length = Dim.Of(stream);

    public static StreamMemory Run(ImmutableArray<Equation> equations, DimSymbol stream)
    {
        var analysis = new StreamAnalysis(stream);
        foreach (Equation equation in equations) analysis.Visit(equation);
        analysis.SpreadWholeStream(equations);
        return new StreamMemory(analysis.lookBack, analysis.accumulators, analysis.obstacle);
    }

    private bool IsLength(Dim size) => size.Equals(length);

    private void Refuse(string reason, Equation equation)
    {
        if (equation.Origin is { } place) obstacle ??= (reason, place);
        else obstacle ??= (reason, equation.Target.Origin ?? default);
    }

    private void Visit(Equation equation)
    {
        if (equation.Target.Axes.Any(a => !IsLength(a.Size) && a.Size.Symbols.Overlaps(length.Symbols)))
            Refuse($"{equation.Target} has an axis of {length} scaled or shifted", equation);
        var positions = new HashSet<IndexVar>(equation.Axes.Where(a => IsLength(a.Size)));
        var reduced = new HashSet<IndexVar>(equation.Reduction?.Axes.Where(a => IsLength(a.Size)) ?? []);
        if (positions.Count > 1 || (positions.Count == 1 && reduced.Count > 0))
        {
            Refuse($"a position of {length} reads all others: the distance is not bounded", equation);
            return;
        }

        if (reduced.Count > 1 || (reduced.Count == 1 && IsPositionOfMany(equation)))
        {
            Refuse($"a reduction over {length} and over other indices gives a position that depends on {length}", equation);
            return;
        }

        if (reduced.Count == 1)
        {
            accumulators.Add(equation);
            wholeStream.Add(equation.Target);
        }

        foreach (LoadScalar load in equation.Loads()) Visit(load, equation, positions, reduced);
        if (equation.Scalars().Any(UsesLength)) Refuse($"{length} is used as a number", equation);
    }

    /// <summary>The position among several indices counts those of the stream only if these come first.</summary>
    private bool IsPositionOfMany(Equation equation) =>
        equation.Reduction is { Kind: ReduceKind.ArgMax or ReduceKind.ArgMin, Axes: var axes } && axes.Length > 1 && !IsLength(axes[0].Size);

    private bool UsesLength(Scalar scalar) => scalar switch
    {
        IndexScalar i when i.Value.Constant.Symbols.Overlaps(length.Symbols) => true,
        // the number of positions so far
        ApplyScalar { Op: ScalarOp.Add } a when a.Arguments[0] is RunScalar { Value: RunValue.Offset } => false,
        _ => scalar.Parts().Any(UsesLength),
    };

    private void Visit(LoadScalar load, Equation equation, HashSet<IndexVar> positions, HashSet<IndexVar> reduced)
    {
        for (int axis = 0; axis < load.Indices.Length; axis++)
        {
            Dim size = load.Tensor.Axes[axis].Size;
            if (!IsLength(size) && size.Symbols.Overlaps(length.Symbols))
            {
                Refuse($"{load.Tensor} has an axis of {length} scaled or shifted", equation);
                return;
            }

            if (!IsLength(size)) continue;
            Index index = load.Indices[axis];
            IndexVar? variable = index.Variables().FirstOrDefault(v => positions.Contains(v) || reduced.Contains(v));
            Index distance = variable is null ? index.Plus(-(length - 1)) : index.Minus(Index.Of(variable));
            if (IndexBounds.Of(distance) is not var (low, high)
                || !low.TryGetConstant(out long from) || !high.TryGetConstant(out long to))
            {
                Refuse($"{load.Tensor} is read at a position that is no fixed distance back", equation);
                return;
            }

            if (to > 0 || (variable is null && positions.Count > 0))
            {
                Refuse($"{load.Tensor} is read at a later position", equation);
                return;
            }

            // the newest position is the last one before a chunk of length 0
            long back = variable is null ? 1 - from : -from;
            if (variable is null) wholeStream.Add(equation.Target);
            if (back > 0) lookBack[load.Tensor] = Math.Max((int)back, lookBack.TryGetValue(load.Tensor, out int known) ? known : 0);
        }
    }

    /// <summary>What has a value for the stream so far only must not be read at every position, nor by another reduction over all.</summary>
    private void SpreadWholeStream(ImmutableArray<Equation> equations)
    {
        bool grows = true;
        while (grows)
        {
            grows = false;
            foreach (Equation equation in equations)
            {
                if (equation.Loads().FirstOrDefault(l => wholeStream.Contains(l.Tensor)) is not { } load) continue;
                if (equation.Axes.Concat(equation.Reduction?.Axes ?? []).Any(a => IsLength(a.Size))) Refuse($"{load.Tensor}, which depends on all of {length}, is read at every position", equation);
                grows |= wholeStream.Add(equation.Target);
            }
        }
    }
}
