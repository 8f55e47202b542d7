using System.Diagnostics;
using SsmDsl.Devices;
using SsmDsl.Ilgpu;

namespace SsmDsl.Cli.Benchmarking;

/// <summary>The rates of any device.</summary>
internal static unsafe class DeviceRates
{
    private static readonly TimeSpan Time = TimeSpan.FromMilliseconds(60);

    public static MachineRates Measure(Device device) => device is IlgpuDevice gpu
        ? new(DevicePeak.Measure(gpu.Accelerator), [.. Copies(gpu.Memory, MachineRates.Footprints)])
        : MachineRates.Measure(device.Pool);

    /// <summary>Memory of a GPU is read in order to be written elsewhere: both rates are those of copies within it.</summary>
    private static MemoryRate[] Copies(DeviceMemory memory, nint[] footprints)
    {
        byte* blocks = (byte*)memory.Allocate(footprints[^1]);
        try
        {
            memory.Clear(blocks, footprints[^1]);
            var rates = new MemoryRate[footprints.Length];
            for (int i = 0; i < rates.Length; i++)
            {
                double rate = footprints[i] / Shortest(memory, blocks, footprints[i] / 2);
                rates[i] = new MemoryRate(footprints[i], rate, rate);
            }

            return rates;
        }
        finally
        {
            memory.Free(blocks);
        }
    }

    /// <summary>Seconds of a copy of some bytes to those behind them.</summary>
    private static double Shortest(DeviceMemory memory, byte* blocks, nint bytes)
    {
        double shortest = double.PositiveInfinity;
        long begun = Stopwatch.GetTimestamp();
        do
        {
            memory.Synchronize();
            long started = Stopwatch.GetTimestamp();
            memory.CopyWithin(blocks + bytes, blocks, bytes);
            memory.Synchronize();
            shortest = Math.Min(shortest, Stopwatch.GetElapsedTime(started).TotalSeconds);
        }
        while (Stopwatch.GetElapsedTime(begun) < Time);
        return shortest;
    }
}
