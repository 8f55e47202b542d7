using SsmDsl.Semantics;
using SsmDsl.Text;

namespace SsmDsl.Checks;

/// <summary>Collects what keeps the statements of frames from running step by step.</summary>
internal sealed class StepObstacles
{
    private readonly List<StepObstacle> found = [];

    public IReadOnlyList<StepObstacle> Found => found;

    public void Add(StepFrame frame)
    {
        if (frame.IsWithinStep)
        {
            foreach (CheckedCall call in LayerFacts.Of(frame.Layer).Statements.OfType<CheckedCall>())
            {
                if (frame.Entered.TryGetValue(call, out var below)) Add(below.Frame);
            }
            return;
        }
        StepWindows windows = StepWindows.Of(frame);
        foreach (CheckedStatement statement in LayerFacts.Of(frame.Layer).Statements)
        {
            switch (statement)
            {
                case CheckedEquation e when frame.Needed.Contains(e.Target):
                    AddEquation(e, frame, windows);
                    break;
                case CheckedCall c when frame.Entered.TryGetValue(c, out var entered):
                    foreach (HyperArgument hyper in c.Instance.Hyperparameters.Values)
                    {
                        if (hyper.Value is { } value) Visit(value, new Position(frame, windows, null, true, Guards.None));
                    }
                    if (IsLiftedTwice(c, frame, entered.Frame))
                        Report(StepObstacleKind.TwoSequenceAxes, $"{c.Instance.Layer.Name} is used at every pair of positions", c.Span, frame);
                    else
                        Add(entered.Frame);
                    break;
            }
        }
    }

    /// <summary>Where an expression is evaluated.</summary>
    /// <param name="Own">The position along the sequence, null if there is none with a name.</param>
    /// <param name="IsStep">Once per position.</param>
    private sealed record Position(StepFrame Frame, StepWindows Windows, AffineForm? Own, bool IsStep, Guards Guards)
    {
        public Position Where(CheckedExpression? condition, bool holds = true) =>
            condition is null ? this : this with { Guards = Guards.And(Frame.Known(condition, holds)) };
    }

    private void AddEquation(CheckedEquation equation, StepFrame frame, StepWindows windows)
    {
        var timeAxes = frame.TimeAxes(equation.Target);
        int before = found.Count;
        AffineForm? own = timeAxes.IsEmpty ? null : frame.Position(equation.Left[timeAxes[0]]);
        bool isStep = !timeAxes.IsEmpty || StepRates.RateOf(equation.Value, frame) == StepRate.Step;
        Visit(equation.Value, new Position(frame, windows, own, isStep, windows.Of(equation.Target)));
        if (found.Count > before || windows.Contains(equation.Target)) return;
        bool isWithinStep = equation.Value.Reads().Any(r => IsWithinStep(r.Local, frame));
        if (timeAxes.Length > 1 || (timeAxes.Length == 1 && isWithinStep))
            Report(StepObstacleKind.TwoSequenceAxes, $"{equation.Target} has a value for every pair of positions", equation.Span, frame);
        else if (timeAxes.Length == 1 && !frame.IsLength(equation.Target.Type.Shape[timeAxes[0]]))
            Report(StepObstacleKind.OtherRate, $"{equation.Target} has {frame.Size(equation.Target.Type.Shape[timeAxes[0]])} positions, not one per step", equation.Span, frame);
    }

    /// <summary>One value per position without an axis for it: the layer is lifted over the sequence.</summary>
    private static bool IsWithinStep(Local local, StepFrame frame) =>
        frame.Rate(local) == StepRate.Step && frame.TimeAxes(local).IsEmpty;

    private static bool IsLiftedTwice(CheckedCall call, StepFrame frame, StepFrame callee) =>
        call.Lifted.Any(frame.HasTime) && call.Arguments.Select((a, i) => a is not null
            && (call.ArgumentIsLifted[i] ? !callee.TimeAxes(callee.Layer.Inputs[i].Local).IsEmpty : IsWithinStep(a, frame))).Any(x => x);

    private void Visit(CheckedExpression expression, Position at)
    {
        switch (expression)
        {
            case ReadExpression read:
                VisitRead(read, at);
                break;
            case DimensionExpression d when at.Frame.HasTime(d.Value):
                Report(StepObstacleKind.LengthAsNumber, $"it uses the length {at.Frame.Time} of the sequence as a number", d.Span, at.Frame);
                break;
            case ConditionalExpression c when at.Frame.Decide(c.Condition) is { } taken:
                Visit(taken ? c.Then : c.Else, at);
                break;
            case ConditionalExpression c:
                Visit(c.Condition, at);
                Visit(c.Then, at.Where(c.Condition));
                Visit(c.Else, at.Where(c.Condition, false));
                break;
            case ReduceExpression r:
                VisitReduction(r.Indices, r.Condition, r.Body, at, isSum: r.Kind == ReduceKind.Sum);
                break;
            case SoftmaxExpression s:
                VisitReduction(s.Inner, s.Condition, s.Body, at, isSum: false);
                break;
            default:
                foreach (CheckedExpression child in expression.Parts()) Visit(child, at);
                break;
        }
    }

    /// <summary>A reduction over the sequence that stands outside of it is an accumulator: its body is evaluated once per position.</summary>
    private void VisitReduction(IEnumerable<IndexSymbol> indices, CheckedExpression? condition, CheckedExpression body, Position at, bool isSum)
    {
        if (!at.IsStep && indices.FirstOrDefault(i => at.Frame.IsLength(i.Range)) is { } time)
            at = at with { Own = AffineForm.Variable(time, at.Frame.Size(time.Range)), IsStep = true };
        if (condition is not null) Visit(condition, at);
        Position within = at.Where(condition);
        Visit(body, isSum && at.Own is { } own ? within with { Guards = within.Guards.And(at.Windows.Support(body, own)) } : within);
    }

    private void VisitRead(ReadExpression read, Position at)
    {
        StepFrame frame = at.Frame;
        foreach (CheckedExpression index in read.Indices)
        {
            if (index is not IndexExpression && frame.Position(index) is null) Visit(index, at);
        }
        var timeAxes = frame.TimeAxes(read.Local);
        if (timeAxes.IsEmpty)
        {
            if (at.IsStep && frame.Rate(read.Local) == StepRate.Total)
                Report(StepObstacleKind.TotalWithinSequence, $"{read.Local}, read at each step, is known only when the whole sequence is", read.Span, frame);
            return;
        }
        foreach (int axis in timeAxes)
        {
            if (!IsNewest(read, axis, at) && DistanceObstacle(read, axis, at) is var (kind, reason))
            {
                Report(kind, reason, read.Span, frame);
                return;
            }
        }
    }

    /// <summary>The last position, read outside of the sequence: in a stream, the newest one.</summary>
    private static bool IsNewest(ReadExpression read, int axis, Position at) =>
        !at.IsStep && at.Frame.Position(read.Indices[axis]) is { } position
        && position.Equals(AffineForm.Constant(at.Frame.Size(read.Local.Type.Shape[axis]) - 1)) && at.Frame.IsLength(read.Local.Type.Shape[axis]);

    private static (StepObstacleKind, string)? DistanceObstacle(ReadExpression read, int axis, Position at)
    {
        string name = read.Local.Name;
        if (at.Frame.Position(read.Indices[axis]) is not { } position)
            return (StepObstacleKind.WholeSequence, $"it reads {name} at positions that are computed");
        bool grows = position.Variables.Any(v => at.Frame.HasTime(v.Range));
        if (!grows) return (StepObstacleKind.FixedPosition, $"it reads {name} at a fixed position of the sequence");
        if (at.Own is not { } own) return (StepObstacleKind.WholeSequence, $"it reads {name} at every position of the sequence");

        AffineForm distance = position - own;
        if (Bounds.NumericExtremes(distance, at.Guards) is ({ }, { } ahead))
            return ahead <= 0 ? null : (StepObstacleKind.Future, $"it reads {name} up to {ahead} position{(ahead == 1 ? "" : "s")} ahead");
        if (own.Variables.Any(v => !distance[v].Equals(0) && !position[v].Equals(0)) || !at.Frame.IsLength(read.Local.Type.Shape[axis]))
            return (StepObstacleKind.OtherRate, $"it reads {name} at positions that do not advance by one per step");
        Dim? greatest = Bounds.Extremes(distance, at.Guards).Greatest;
        return greatest is not null && DimSign.IsNonpositive(greatest, SizeAssumptions.AtLeastOne)
            ? (StepObstacleKind.UnboundedPast, $"it reads {name} at all earlier positions, as attention without a window does")
            : (StepObstacleKind.WholeSequence, $"it reads {name} at every position of the sequence");
    }

    private void Report(StepObstacleKind kind, string reason, SourceSpan place, StepFrame frame) =>
        found.Add(new StepObstacle(kind, reason, place, frame.Use));
}
