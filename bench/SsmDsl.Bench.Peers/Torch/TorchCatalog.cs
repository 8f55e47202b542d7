using System.Runtime.InteropServices;

namespace SsmDsl.Bench.Peers.Torch;

/// <summary>What is written for libtorch.</summary>
internal static class TorchCatalog
{
    /// <summary>Formulations of a phase; empty where there is none.</summary>
    /// <exception cref="DllNotFoundException">The native library cannot be loaded.</exception>
    public static IReadOnlyList<Func<IFormulation>> Of(string workload, string phase, int threads)
    {
        Func<IFormulation>[] found = Find(workload, phase == "forward+backward");
        if (found.Length > 0) Load();
        return
        [
            .. from create in found
               from n in new[] { 1, threads }.Distinct()
               select (Func<IFormulation>)(() => new WithThreads(n, create())),
        ];
    }

    /// <summary>TorchSharp does not say why its native library cannot be loaded; the system does.</summary>
    private static void Load()
    {
        string file = Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so");
        if (!OperatingSystem.IsLinux() || !File.Exists(file)) return;
        try
        {
            NativeLibrary.Load(file);
        }
        catch (DllNotFoundException e)
        {
            string? cause = e.Message.Split('\n').FirstOrDefault(l => l.Contains("version `", StringComparison.Ordinal));
            throw new DllNotFoundException(cause is null ? e.Message : cause[cause.IndexOf("version `", StringComparison.Ordinal)..]);
        }
    }

    private static Func<IFormulation>[] Find(string workload, bool backward) => workload switch
    {
        "W1" => Scans(8, 1024, 512, ScanKind.PerStep, backward),
        "W1c" => Scans(8, 1024, 512, ScanKind.PerChannel, backward),
        "W2" => Scans(8, 1024, 256, ScanKind.Complex, backward),
        "W3a" => [() => new SelectiveScan(1, 2048, 1536, 32, backward), () => new SelectiveScan(1, 2048, 1536, 128, backward)],
        "W3b" => [() => new SelectiveScan(8, 512, 256, 32, backward), () => new SelectiveScan(8, 512, 256, 128, backward)],
        "W4a" => [() => new Perceptron(64, 256, backward)],
        "W4b" => [() => new Perceptron(256, 1024, backward)],
        "W5" => [() => new DigitsTraining()],
        "W6" => [() => new LanguageModelTraining()],
        "S-D1" => Scans(256, 1024, 1, ScanKind.PerStep, backward),
        "S-D3" => Scans(256, 1024, 3, ScanKind.PerStep, backward),
        "S-D8" => Scans(256, 1024, 8, ScanKind.PerStep, backward),
        "S-D100" => Scans(8, 1024, 100, ScanKind.PerStep, backward),
        "S-T100k" => Scans(1, 100_000, 16, ScanKind.PerStep, backward),
        "S-B3" => Scans(3, 4096, 64, ScanKind.PerStep, backward),
        "S-B17" => Scans(17, 1024, 64, ScanKind.PerStep, backward),
        _ => [],
    };

    private static Func<IFormulation>[] Scans(int batch, int length, int channels, ScanKind kind, bool backward) =>
    [
        () => new Scan(batch, length, channels, kind, 1, backward),
        () => new Scan(batch, length, channels, kind, 16, backward),
        () => new Scan(batch, length, channels, kind, 64, backward),
    ];
}
