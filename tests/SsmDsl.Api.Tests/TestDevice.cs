namespace SsmDsl.Api.Tests;

/// <summary>What these tests run on; SsmDsl.Ilgpu.Tests runs them on another one.</summary>
internal static class TestDevice
{
    /// <summary>Bytes that launching kernels may allocate.</summary>
    public const long AllocatedByLaunches = 0;

    public static Device Make() => Device.Cpu(2);
}
