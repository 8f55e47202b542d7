using SsmDsl.Ilgpu.Tests.Memory;

namespace SsmDsl.Api.Tests;

/// <summary>The device of the tests that are shared with SsmDsl.Api.Tests.</summary>
internal static class TestDevice
{
    /// <summary>ILGPU's simulator makes an object for each launch; nothing else allocates.</summary>
    public const long AllocatedByLaunches = 4000;

    public static Device Make() => new SeparateDevice();
}
