namespace SsmDsl;

/// <summary>A device that is not there, or that cannot run what it was given.</summary>
/// <param name="device">The device, as asked for.</param>
/// <param name="message">What is wrong.</param>
/// <param name="cause">The exception behind it, if any.</param>
public sealed class DeviceException(string device, string message, Exception? cause = null) : SsmException($"{device}: {message}", cause)
{
    /// <summary>The device, as asked for.</summary>
    public string Device { get; } = device;
}
