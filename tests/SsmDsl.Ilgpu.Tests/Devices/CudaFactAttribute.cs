namespace SsmDsl.Ilgpu.Tests.Devices;

/// <summary>A test that needs a GPU: without one it is skipped, and says why.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CudaFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Reason = new(() =>
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

    public CudaFactAttribute() => Skip = Reason.Value!;
}
