namespace SsmDsl.Bench.Cases;

/// <summary>What a phase must do at the least, counted from its equations.</summary>
/// <param name="Read">Bytes that are read: each input once.</param>
/// <param name="Written">Bytes that are written: each result once.</param>
/// <param name="Flops">Operations of multiply-adds, two each.</param>
/// <param name="Operations">
/// Other operations on reals, one each; an exponential counts as 7: its instructions over a vector (split, five terms, scale).
/// </param>
internal readonly record struct Work(double Read, double Written, double Flops, double Operations)
{
    /// <summary>Instructions of an exponential, and of a logistic function or tanh by one.</summary>
    public const double Exp = 7, Sigmoid = 10;

    public double Bytes => Read + Written;

    /// <summary>Both arithmetic kinds in the unit of the machine's peak.</summary>
    public double Arithmetic => Flops + 2 * Operations;
}
