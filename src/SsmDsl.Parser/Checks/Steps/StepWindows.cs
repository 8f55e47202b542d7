using System.Collections.Immutable;
using SsmDsl.Semantics;

namespace SsmDsl.Checks;

/// <summary>How far back from t a position s lies: the values of t - s.</summary>
internal readonly record struct Reach(long Least, long Greatest)
{
    public Reach Or(Reach other) => new(Math.Min(Least, other.Least), Math.Max(Greatest, other.Greatest));
}

/// <summary>
/// The tensors of a frame over pairs (t, s) of positions of which a step needs only those with s a bounded way before t, as
/// attention over a window does: what is read of them is restricted by conditions, or multiplied by what is 0 elsewhere.
/// </summary>
internal sealed class StepWindows
{
    private readonly StepFrame frame;
    private readonly Dictionary<Local, CheckedEquation> pairs = [];
    private readonly Dictionary<Local, Reach?> demands = [];

    private StepWindows(StepFrame frame) => this.frame = frame;

    public static StepWindows Of(StepFrame frame)
    {
        var windows = new StepWindows(frame);
        var equations = LayerFacts.Of(frame.Layer).Statements.OfType<CheckedEquation>().Where(e => frame.Needed.Contains(e.Target)).ToList();
        foreach (var written in equations.GroupBy(e => e.Target))
        {
            ImmutableArray<int> axes = frame.TimeAxes(written.Key);
            CheckedEquation first = written.First();
            if (axes.Length == 2 && written.Count() == 1 && axes.All(a => frame.IsLength(written.Key.Type.Shape[a]) && first.Left[a] is IndexExpression))
                windows.pairs.Add(written.Key, first);
        }
        // what one pair needs of another shrinks with what is needed of it
        for (int round = 0; round <= windows.pairs.Count && windows.pairs.Count > 0; round++)
        {
            var found = new Dictionary<Local, Reach?>();
            foreach (CheckedEquation equation in equations) windows.Demand(equation, found);
            foreach (var pair in found) windows.demands[pair.Key] = pair.Value;
        }
        return windows;
    }

    public bool Contains(Local local) => demands.TryGetValue(local, out Reach? reach) && reach is { Least: >= 0 };

    /// <summary>What is known of the indices of a pair's own equation: only what is needed of it is computed.</summary>
    public Guards Of(Local pair) => Contains(pair) ? Within(Row(pairs[pair]), Column(pairs[pair]), demands[pair]!.Value) : Guards.None;

    /// <summary>Where the terms of a sum are not 0.</summary>
    /// <param name="own">The position t.</param>
    public Guards Support(CheckedExpression term, AffineForm own)
    {
        switch (term)
        {
            case ReadExpression read when pairs.TryGetValue(read.Local, out CheckedEquation? equation) && At(read) is var (t, s) && t.Equals(own):
                return SupportOf(equation) is { } reach ? Within(own, s, reach) : Guards.None;
            case OperationExpression { Op: ScalarOp.Multiply } o:
                return Support(o.Arguments[0], own).And(Support(o.Arguments[1], own));
            case OperationExpression { Op: ScalarOp.Divide or ScalarOp.Negate or ScalarOp.ToReal or ScalarOp.ToComplex } o:
                return Support(o.Arguments[0], own);
            default:
                return Guards.None;
        }
    }

    private static Guards Within(AffineForm t, AffineForm s, Reach reach) => new([[t - s - reach.Least, reach.Greatest - (t - s)]]);

    private AffineForm Row(CheckedEquation pair) => frame.Position(pair.Left[frame.TimeAxes(pair.Target)[0]])!;

    private AffineForm Column(CheckedEquation pair) => frame.Position(pair.Left[frame.TimeAxes(pair.Target)[1]])!;

    private (AffineForm T, AffineForm S)? At(ReadExpression read)
    {
        ImmutableArray<int> axes = frame.TimeAxes(read.Local);
        return frame.Position(read.Indices[axes[0]]) is { } t && frame.Position(read.Indices[axes[1]]) is { } s ? (t, s) : null;
    }

    private static Reach? Between(AffineForm t, AffineForm s, Guards guards)
    {
        var (least, greatest) = Bounds.NumericExtremes(t - s, guards);
        return least is { } low && greatest is { } high ? new Reach(low, high) : null;
    }

    /// <summary>Where a pair is not 0, by the condition of its softmax or its branch.</summary>
    private Reach? SupportOf(CheckedEquation pair) => pair.Value switch
    {
        SoftmaxExpression { Condition: { } condition } s
            when s.Outer.IndexOf(((IndexExpression)pair.Left[frame.TimeAxes(pair.Target)[1]]).Index) is >= 0 and int column =>
            Between(Row(pair), frame.Position(new IndexExpression(s.Inner[column], s.Span))!, frame.Known(condition, true)),
        ConditionalExpression { Else: ConstantExpression { Real: 0, Imaginary: 0 } } c => Between(Row(pair), Column(pair), frame.Known(c.Condition, true)),
        _ => null,
    };

    private void Demand(CheckedEquation equation, Dictionary<Local, Reach?> found)
    {
        bool isPair = pairs.ContainsKey(equation.Target);
        ImmutableArray<int> axes = frame.TimeAxes(equation.Target);
        AffineForm? own = axes.IsEmpty ? null : frame.Position(equation.Left[axes[0]]);
        Visit(equation.Value, own, isPair ? Of(equation.Target) : Guards.None, found);
    }

    private void Visit(CheckedExpression expression, AffineForm? own, Guards guards, Dictionary<Local, Reach?> found)
    {
        switch (expression)
        {
            case ReadExpression read when pairs.ContainsKey(read.Local):
                Reach? reach = own is not null && At(read) is var (row, column) && row.Equals(own) ? Between(row, column, guards) : null;
                found[read.Local] = !found.TryGetValue(read.Local, out Reach? before) ? reach : reach is { } now && before is { } then ? now.Or(then) : null;
                break;
            case ConditionalExpression c:
                Visit(c.Condition, own, guards, found);
                Visit(c.Then, own, guards.And(frame.Known(c.Condition, true)), found);
                Visit(c.Else, own, guards.And(frame.Known(c.Condition, false)), found);
                return;
            case ReduceExpression r:
                Guards kept = r.Condition is null ? guards : guards.And(frame.Known(r.Condition, true));
                if (r.Condition is not null) Visit(r.Condition, own, guards, found);
                Visit(r.Body, own, r.Kind == ReduceKind.Sum && own is not null ? kept.And(Support(r.Body, own)) : kept, found);
                return;
            case SoftmaxExpression s:
                if (s.Condition is not null) Visit(s.Condition, own, guards, found);
                Visit(s.Body, own, s.Condition is null ? guards : guards.And(frame.Known(s.Condition, true)), found);
                return;
        }
        foreach (CheckedExpression child in expression.Parts()) Visit(child, own, guards, found);
    }
}
