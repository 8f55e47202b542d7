using SsmDsl.Memory;
using SsmDsl.Models;
using SsmDsl.Programs;

namespace SsmDsl.Parameters;

/// <summary>
/// The memory of a model's parameters: one block, in which each parameter of the text (all its copies together) starts at a
/// multiple of 64 bytes. Gradients and optimizer states are laid out in the same way. A device with memory of its own has a
/// second block there.
/// </summary>
internal sealed unsafe class ParameterStore : IDisposable
{
    private readonly NativeBlock block;
    private readonly ParameterMirror? mirror;
    private readonly long[] versions;
    private long version;

    public ParameterStore(ModelDefinition definition, Device device, RunGate gate)
    {
        Layout = new ParameterLayout(definition);
        Device = device;
        Gate = gate;
        block = new NativeBlock(Layout.Bytes, zero: true);
        mirror = device.Memory.IsHost ? null : new ParameterMirror(Layout, device.Memory, block);
        versions = new long[definition.Parameters.Length];
    }

    public ParameterLayout Layout { get; }

    public Device Device { get; }

    public RunGate Gate { get; }

    /// <summary>On the host. <see cref="RenewHost"/> before it is read or written in part.</summary>
    public byte* Memory => block.Pointer;

    /// <summary>On the device. <see cref="RenewDevice"/> before it is used.</summary>
    public byte* OnDevice => mirror is null ? block.Pointer : mirror.Pointer;

    public byte* Pointer(int parameter) => block.Pointer + Layout.Offsets[parameter];

    public void RenewHost(int parameter) => mirror?.RenewHost(parameter);

    public void RenewDevice() => mirror?.RenewDevice();

    /// <summary>Raised by every write to any of them.</summary>
    public long Version() => Volatile.Read(ref version);

    public long Version(int parameter) => Volatile.Read(ref versions[parameter]);

    /// <summary>After the host's values were written.</summary>
    public void RaiseVersion(int parameter)
    {
        Interlocked.Increment(ref versions[parameter]);
        Interlocked.Increment(ref version);
        mirror?.WrittenOnHost(parameter);
    }

    /// <summary>After an optimizer has changed the device's values.</summary>
    public void RaiseDeviceVersion(int parameter)
    {
        Interlocked.Increment(ref versions[parameter]);
        Interlocked.Increment(ref version);
        mirror?.WrittenOnDevice(parameter);
    }

    public void RaiseVersions()
    {
        for (int i = 0; i < versions.Length; i++) RaiseVersion(i);
    }

    public void Dispose()
    {
        block.Dispose();
        mirror?.Dispose();
    }
}
