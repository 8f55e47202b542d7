namespace SsmDsl.Tests.Shared;

/// <summary>The first GPU of the machine, as far as tests want to know.</summary>
internal static class CudaGpu
{
    private static readonly Lazy<string?> Known = new(() =>
    {
        try
        {
            using Device device = Device.Cuda();
            return null;
        }
        catch (DeviceException e)
        {
            return e.Message;
        }
    });

    /// <summary>Tests that have it one after the other.</summary>
    public const string Collection = "CUDA";

    /// <summary>Why it cannot be used, or null.</summary>
    public static string? Problem => Known.Value;
}

/// <summary>A test that needs a GPU: without one it is skipped, and says why.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CudaFactAttribute : FactAttribute
{
    public CudaFactAttribute() => Skip = CudaGpu.Problem!;
}

/// <summary>The same with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CudaTheoryAttribute : TheoryAttribute
{
    public CudaTheoryAttribute() => Skip = CudaGpu.Problem!;
}
