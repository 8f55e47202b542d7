using SsmDsl.Memory;
using SsmDsl.Models;
using SsmDsl.Programs;

namespace SsmDsl.Parameters;

/// <summary>
/// The memory of a model's parameters: one block, in which each parameter of the text (all its copies together) starts at a
/// multiple of 64 bytes. Gradients and optimizer states are laid out in the same way.
/// </summary>
internal sealed unsafe class ParameterStore : IDisposable
{
    private readonly NativeBlock block;
    private readonly long[] versions;
    private long version;

    public ParameterStore(ModelDefinition definition, Device device, RunGate gate)
    {
        Layout = new ParameterLayout(definition);
        Device = device;
        Gate = gate;
        block = new NativeBlock(Layout.Bytes, zero: true);
        versions = new long[definition.Parameters.Length];
    }

    public ParameterLayout Layout { get; }

    public Device Device { get; }

    public RunGate Gate { get; }

    public byte* Memory => block.Pointer;

    public byte* Pointer(int parameter) => block.Pointer + Layout.Offsets[parameter];

    /// <summary>Raised by every write to any of them.</summary>
    public long Version() => Volatile.Read(ref version);

    public long Version(int parameter) => Volatile.Read(ref versions[parameter]);

    public void RaiseVersion(int parameter)
    {
        Interlocked.Increment(ref versions[parameter]);
        Interlocked.Increment(ref version);
    }

    public void RaiseVersions()
    {
        for (int i = 0; i < versions.Length; i++) RaiseVersion(i);
    }

    public void Dispose() => block.Dispose();
}
