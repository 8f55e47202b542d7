namespace SsmDsl;

/// <summary>A loss or a gradient is NaN or infinite. Parameters and optimizer are as before.</summary>
public sealed class NonFiniteException : SsmException
{
    /// <param name="quantity">What is not finite: <c>the loss</c>, <c>a gradient</c>.</param>
    /// <param name="tensor">The first tensor that holds such a value, in the order of the computation.</param>
    /// <param name="value">The value found there.</param>
    /// <param name="step">The training step, if known.</param>
    public NonFiniteException(string quantity, string tensor, double value, long? step = null)
        : base(string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"{quantity} is not finite{(step is null ? "" : $" in step {step}")}; the first tensor with such a value is '{tensor}' ({value})"))
    {
        Tensor = tensor;
        Value = value;
        Step = step;
    }

    /// <summary>The first tensor that holds such a value: an input, a parameter, an intermediate tensor, or the loss itself.</summary>
    public string Tensor { get; }

    /// <summary>NaN or an infinity.</summary>
    public double Value { get; }

    /// <summary>The training step, if known.</summary>
    public long? Step { get; }
}
