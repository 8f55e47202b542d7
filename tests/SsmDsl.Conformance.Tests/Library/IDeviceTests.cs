namespace SsmDsl.Conformance.Tests.Library;

/// <summary>The tests of the library on a device.</summary>
public interface IDeviceTests
{
    TargetDevice Device { get; }
}
