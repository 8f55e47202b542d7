using System.Globalization;
using SsmDsl.Bench.Cases;
using SsmDsl.Cli.Benchmarking;

namespace SsmDsl.Bench.Growth;

/// <summary>How the time of a selective scan grows with each of its sizes.</summary>
internal static class GrowthRun
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(150), Budget = TimeSpan.FromMilliseconds(500);

    private static readonly Phase[] Phases = [Phase.Forward, Phase.ForwardBackward];

    public static void Run(Options options, CancellationToken stopped)
    {
        using Device device = Device.Cpu(options.Threads == 0 ? 1 : options.Threads);
        var curves = new List<GrowthCurve>();
        Display.Run(GrowthAxis.All.Length, progress =>
        {
            foreach (GrowthAxis axis in GrowthAxis.All)
            {
                progress.Begin($"selective scan, {axis.Fixed}, {axis.Name} growing");
                GrowthCurve[] measured = Measure(axis, device, stopped);
                curves.AddRange(measured);
                progress.End(string.Join('\n', measured.Select(Row)));
            }
        });
        Console.WriteLine($"\n{MachineDescription.Processor()}; {device}\n\n| grows | others | phase | sizes | milliseconds | exponent |\n| --- | --- | --- | --- | --- | ---: |");
        foreach (GrowthCurve curve in curves) Console.WriteLine(Row(curve));
        if (Path.GetDirectoryName(options.Output) is { Length: > 0 } folder) Directory.CreateDirectory(folder);
        GrowthPlot.Save(curves, options.Output);
        Console.WriteLine($"written: {options.Output}");
    }

    /// <summary>All sizes in turns, so that the exponent comes from one window of time.</summary>
    private static GrowthCurve[] Measure(GrowthAxis axis, Device device, CancellationToken stopped)
    {
        ModelCase[] cases = [.. axis.Points.Select(p => new ModelCase(p.Scan, device, withGradients: true))];
        try
        {
            return [.. Phases.Select(phase => new GrowthCurve(
                axis, phase, Interleaved.Times([.. cases.Select(c => Interleaved.Of(c.Run(phase)))], WarmUp, Budget * cases.Length, stopped)))];
        }
        finally
        {
            foreach (ModelCase one in cases) one.Dispose();
        }
    }

    private static string Row(GrowthCurve curve) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {curve.Axis.Name} | {curve.Axis.Fixed} | {curve.Phase.Name()} | {string.Join(", ", curve.Axis.Points.Select(p => p.Size))} | {string.Join(", ", curve.Milliseconds.Select(t => t.ToString("G3", CultureInfo.InvariantCulture)))} | {curve.Exponent():F2} |");
}
