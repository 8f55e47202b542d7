namespace SsmDsl.Emit;

/// <summary>Choices of the CPU back end.</summary>
public sealed record CpuOptions
{
    public static CpuOptions Default { get; } = new();
}
