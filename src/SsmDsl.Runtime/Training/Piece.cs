namespace SsmDsl.Training;

/// <summary>A stretch of a parameter that an optimizer changes, with everything that belongs to it.</summary>
internal unsafe struct Piece
{
    public int Length;
    public void* Values;
    public void* Gradients;

    /// <summary>What the optimizer keeps for each element, if anything.</summary>
    public void* First;

    /// <inheritdoc cref="First"/>
    public void* Second;

    public double Rate;

    /// <summary>What weight decay leaves of a value.</summary>
    public double Keep;
}
