namespace SsmDsl.Devices;

/// <summary>A stretch of a parameter that an optimizer changes, with everything that belongs to it. Addresses are the device's.</summary>
public unsafe struct UpdatePiece
{
    /// <summary>Number of reals; 0 where the parameter is frozen.</summary>
    public nint Length;

    /// <summary>What is changed.</summary>
    public void* Values;

    /// <summary>Their gradients.</summary>
    public void* Gradients;

    /// <summary>What the optimizer keeps for each element, if anything.</summary>
    public void* First;

    /// <inheritdoc cref="First"/>
    public void* Second;

    /// <summary>The learning rate.</summary>
    public double Rate;

    /// <summary>What weight decay leaves of a value.</summary>
    public double Keep;
}

/// <summary>The numbers of a step of <see cref="AdamW"/>.</summary>
/// <param name="Scale">What gradients are multiplied by.</param>
/// <param name="Beta1">How much of the mean stays.</param>
/// <param name="Beta2">How much of the mean square stays.</param>
/// <param name="Epsilon">Added to the root of the mean square.</param>
/// <param name="Correction1">1 - β₁ⁿ.</param>
/// <param name="RootCorrection2">√(1 - β₂ⁿ).</param>
public readonly record struct AdamWStep(double Scale, double Beta1, double Beta2, double Epsilon, double Correction1, double RootCorrection2);

/// <summary>The numbers of a step of <see cref="Sgd"/>.</summary>
/// <param name="Scale">What gradients are multiplied by.</param>
/// <param name="Momentum">How much of the velocity stays.</param>
/// <param name="Nesterov">Looks ahead along the velocity.</param>
public readonly record struct SgdStep(double Scale, double Momentum, bool Nesterov);
