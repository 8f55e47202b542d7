using SsmDsl.Devices;
using SsmDsl.Memory;
using SsmDsl.Programs;

namespace SsmDsl.Parameters;

/// <summary>
/// The parameters of a model in a device's memory, beside those of the host: for each parameter one of the two may be behind,
/// and is renewed when somebody needs it.
/// </summary>
internal sealed unsafe class ParameterMirror : IDisposable
{
    private readonly ParameterLayout layout;
    private readonly DeviceMemory memory;
    private readonly NativeBlock host;
    private readonly NativeBlock device;
    private readonly Lock gate = new();
    private readonly bool[] hostIsBehind;
    private readonly bool[] deviceIsBehind;
    private int behind;

    /// <summary>Both are zero at first.</summary>
    public ParameterMirror(ParameterLayout layout, DeviceMemory memory, NativeBlock host)
    {
        (this.layout, this.memory, this.host) = (layout, memory, host);
        device = new NativeBlock(memory, layout.Bytes, zero: true);
        hostIsBehind = new bool[layout.Counts.Length];
        deviceIsBehind = new bool[layout.Counts.Length];
    }

    public byte* Pointer => device.Pointer;

    /// <summary>Before the host's values are read, or written in part.</summary>
    public void RenewHost(int parameter)
    {
        lock (gate)
        {
            if (!hostIsBehind[parameter]) return;
            memory.CopyOut(host.Pointer + layout.Offsets[parameter], device.Pointer + layout.Offsets[parameter], Bytes(parameter));
            hostIsBehind[parameter] = false;
        }
    }

    /// <summary>Before a run.</summary>
    public void RenewDevice()
    {
        if (Volatile.Read(ref behind) == 0) return;
        lock (gate)
        {
            for (int i = 0; i < deviceIsBehind.Length; i++)
            {
                if (deviceIsBehind[i]) memory.CopyIn(device.Pointer + layout.Offsets[i], host.Pointer + layout.Offsets[i], Bytes(i));
                deviceIsBehind[i] = false;
            }

            Volatile.Write(ref behind, 0);
        }
    }

    public void WrittenOnHost(int parameter)
    {
        lock (gate)
        {
            deviceIsBehind[parameter] = true;
            Volatile.Write(ref behind, 1);
        }
    }

    public void WrittenOnDevice(int parameter)
    {
        lock (gate) hostIsBehind[parameter] = true;
    }

    public void Dispose() => device.Dispose();

    private nint Bytes(int parameter) => layout.Counts[parameter] * Elements.Size(layout.Real);
}
