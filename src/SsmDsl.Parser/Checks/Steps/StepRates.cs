using System.Collections.Immutable;
using SsmDsl.Semantics;

namespace SsmDsl.Checks;

/// <summary>Finds the rates of all names of a frame and of the frames below.</summary>
internal static class StepRates
{
    public static void Find(StepFrame frame)
    {
        bool changes;
        do
        {
            changes = false;
            foreach (CheckedStatement statement in LayerFacts.Of(frame.Layer).Statements) changes |= Raise(statement, frame);
        }
        while (changes);
    }

    private static bool Raise(CheckedStatement statement, StepFrame frame)
    {
        switch (statement)
        {
            case CheckedEquation e when frame.Needed.Contains(e.Target):
                return frame.Rate(e.Target) != StepRate.Step && frame.Raise(e.Target, RateOf(e.Value, frame));
            case CheckedCall c when c.Results.Any(r => r is not null && frame.Needed.Contains(r)):
                StepFrame callee = Enter(c, frame);
                bool changes = false;
                for (int i = 0; i < c.Results.Length; i++)
                {
                    // what is one value per position of a lifted layer has the axis outside
                    if (c.Results[i] is { } result && callee.Rate(c.Instance.Layer.Outputs[i].Value) is var rate && (rate != StepRate.Step || IsWithinStep(c, frame)))
                        changes |= frame.Raise(result, rate);
                }
                return changes;
            case CheckedRepeat r:
                return r.Carried.Count(c =>
                    frame.Raise(c.Entry, Max(frame.Rate(c.Before), frame.Rate(c.Exit))) | frame.Raise(c.After, Max(frame.Rate(c.Before), frame.Rate(c.Exit)))) > 0;
            default:
                return false;
        }
    }

    /// <summary>The frame of a call; a new one if the rates of the arguments have changed.</summary>
    public static StepFrame Enter(CheckedCall call, StepFrame frame)
    {
        ImmutableArray<StepRate> arguments = [.. call.Arguments.Select(a => a is null ? StepRate.Fixed : frame.Rate(a))];
        if (frame.Entered.TryGetValue(call, out var entered) && entered.Arguments.SequenceEqual(arguments)) return entered.Frame;
        StepFrame callee = StepFrames.Enter(call, frame);
        Find(callee);
        frame.Entered[call] = (arguments, callee);
        return callee;
    }

    /// <summary>The rate of a value on a left side without a sequence axis.</summary>
    public static StepRate RateOf(CheckedExpression value, StepFrame frame) => Reads(value, frame)
        .Aggregate(StepRate.Fixed, (rate, read) => Max(rate, frame.TimeAxes(read.Local).IsEmpty ? frame.Rate(read.Local) : StepRate.Total));

    /// <summary>The reads in it, without those in branches that are known not to be taken.</summary>
    private static IEnumerable<ReadExpression> Reads(CheckedExpression expression, StepFrame frame)
    {
        var open = new Stack<CheckedExpression>();
        open.Push(expression);
        while (open.Count > 0)
        {
            CheckedExpression next = open.Pop();
            if (next is ReadExpression read) yield return read;
            IEnumerable<CheckedExpression> below = next is ConditionalExpression c && frame.Decide(c.Condition) is { } taken
                ? [taken ? c.Then : c.Else]
                : next.Parts();
            foreach (CheckedExpression child in below) open.Push(child);
        }
    }

    /// <summary>True if an argument itself is one value per position without an axis for it.</summary>
    private static bool IsWithinStep(CheckedCall call, StepFrame frame) =>
        call.Arguments.Any(a => a is not null && frame.TimeAxes(a).IsEmpty && frame.Rate(a) == StepRate.Step);

    private static StepRate Max(StepRate a, StepRate b) => a > b ? a : b;
}
