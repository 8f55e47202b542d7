namespace SsmDsl;

/// <summary>What the learning rate is multiplied by, as a function of the step alone: nothing has to be saved with it.</summary>
public abstract record Schedule
{
    private Schedule()
    {
    }

    /// <summary>Always 1.</summary>
    public static Schedule Constant { get; } = new WarmUpThen(0, _ => 1);

    /// <summary>Rises evenly to 1 within the first steps, and stays there.</summary>
    /// <param name="steps">Number of steps; the first one has factor 1/steps.</param>
    public static Schedule WarmUp(long steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        return new WarmUpThen(steps, _ => 1);
    }

    /// <summary>Rises evenly to 1 within the first steps, and falls along half a cosine to <paramref name="end"/>.</summary>
    /// <param name="steps">Number of steps in all; later ones have factor <paramref name="end"/>.</param>
    /// <param name="warmUp">Number of steps of the rise.</param>
    /// <param name="end">The factor at the end.</param>
    public static Schedule Cosine(long steps, long warmUp = 0, double end = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(warmUp);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, warmUp);
        return new WarmUpThen(warmUp, step =>
        {
            double progress = steps == warmUp ? 1 : Math.Min(1, (step - warmUp) / (double)(steps - warmUp));
            return end + (1 - end) * 0.5 * (1 + Math.Cos(Math.PI * progress));
        });
    }

    /// <summary>Any function of the step, from 0.</summary>
    public static Schedule Of(Func<long, double> factor)
    {
        ArgumentNullException.ThrowIfNull(factor);
        return new WarmUpThen(0, factor);
    }

    /// <summary>The factor of a step, from 0.</summary>
    public abstract double Factor(long step);

    private sealed record WarmUpThen(long WarmUpSteps, Func<long, double> Then) : Schedule
    {
        public override double Factor(long step) => step < WarmUpSteps ? (step + 1) / (double)WarmUpSteps : Then(step);
    }
}
