namespace SsmDsl;

/// <summary>What all optimizers have in common.</summary>
public abstract record OptimizerOptions
{
    /// <summary>Before the factors of the schedule and of the parameter (<c>@lr</c>).</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Share of a parameter that is taken off at each step, times the learning rate; not where the text says <c>@no_decay</c>.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Gradients whose global norm is larger are scaled down to it; null: never.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>How the learning rate changes from step to step; null: not at all.</summary>
    public Schedule? Schedule { get; init; }

    internal virtual void Check()
    {
        if (!(LearningRate >= 0) || double.IsInfinity(LearningRate)) throw new ArgumentException($"a learning rate is 0 or more, found {LearningRate}", nameof(LearningRate));
        if (!(WeightDecay >= 0)) throw new ArgumentException($"weight decay is 0 or more, found {WeightDecay}", nameof(WeightDecay));
        if (ClipNorm is { } norm && !(norm > 0)) throw new ArgumentException($"the norm to clip to is positive, found {norm}", nameof(ClipNorm));
    }
}

/// <summary>Options of <see cref="AdamW"/>.</summary>
public sealed record AdamWOptions : OptimizerOptions
{
    /// <summary>Weight decay is 0.01 unless given.</summary>
    public AdamWOptions() => WeightDecay = 0.01;

    /// <summary>How much of the mean of gradients stays from step to step.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>How much of the mean of squared gradients stays from step to step.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the mean square.</summary>
    public double Epsilon { get; init; } = 1e-8;

    internal override void Check()
    {
        base.Check();
        if (Beta1 is not (>= 0 and < 1)) throw new ArgumentException($"is at least 0 and below 1, found {Beta1}", nameof(Beta1));
        if (Beta2 is not (>= 0 and < 1)) throw new ArgumentException($"is at least 0 and below 1, found {Beta2}", nameof(Beta2));
        if (!(Epsilon >= 0)) throw new ArgumentException($"is 0 or more, found {Epsilon}", nameof(Epsilon));
    }
}

/// <summary>Options of <see cref="Sgd"/>.</summary>
public sealed record SgdOptions : OptimizerOptions
{
    /// <summary>How much of the last step is repeated.</summary>
    public double Momentum { get; init; }

    /// <summary>Looks ahead along the momentum (Nesterov).</summary>
    public bool Nesterov { get; init; }

    internal override void Check()
    {
        base.Check();
        if (Momentum is not (>= 0 and < 1)) throw new ArgumentException($"is at least 0 and below 1, found {Momentum}", nameof(Momentum));
    }
}
