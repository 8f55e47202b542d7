using System.Globalization;

namespace SsmDsl.Bench.Growth;

/// <summary>The most memory that this process has had at once, as Linux counts it.</summary>
internal static class PeakMemory
{
    /// <summary>Bytes by which the process grows while it runs <paramref name="run"/>.</summary>
    /// <exception cref="IOException">The system does not tell.</exception>
    public static long Of(Action run)
    {
        if (!OperatingSystem.IsLinux()) throw new IOException("memory is read from /proc, which this system does not have");
        GC.Collect();
        GC.WaitForPendingFinalizers();

        // From now on the peak counts anew.
        File.WriteAllText("/proc/self/clear_refs", "5");
        long before = Status("VmRSS:");
        run();
        return Status("VmHWM:") - before;
    }

    private static long Status(string name) =>
        1024 * long.Parse(File.ReadLines("/proc/self/status").First(l => l.StartsWith(name, StringComparison.Ordinal)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
}
