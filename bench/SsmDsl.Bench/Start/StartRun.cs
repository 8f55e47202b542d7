using System.Globalization;
using SsmDsl.Cli.Benchmarking;

namespace SsmDsl.Bench.Start;

/// <summary>What it takes to get a model running: the generator, the compiler of machine code, the first step of a stream.</summary>
internal static class StartRun
{
    private const int Processes = 3;

    /// <summary>Models, and the workloads that stream them.</summary>
    private static readonly (string Model, string Workload)[] Cases = [("Digits", "W7a"), ("LanguageModel130M", "W7b")];

    public static void Run(Options options, CancellationToken stopped)
    {
        using (Device device = Device.Cpu(options.Threads)) Console.WriteLine($"{MachineDescription.Processor()}; {device}\n");
        Console.WriteLine("| model | generator, ms | C#, bytes | lines | kernels' methods | compiled, ms | model made, ms | first step, ms | process to result, ms |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        using Stream source = typeof(StartRun).Assembly.GetManifestResourceStream("Networks.ssm")!;
        using var reader = new StreamReader(source);
        string text = reader.ReadToEnd();
        foreach ((string model, string workload) in Cases.Where(c => options.Wants(c.Workload)))
        {
            GeneratorCost generator = GeneratorCost.Of(text, model);
            stopped.ThrowIfCancellationRequested();
            var compiled = Several(() => StartProcess.CompileKernels(model, options.Threads), stopped);
            var steps = Several(() => StartProcess.RunFirstStep(workload, options.Threads), stopped);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {model} | {generator.Milliseconds:F0} | {generator.Bytes:N0} | {generator.Lines:N0} | {compiled[0].Methods:F0} | {Median(compiled.Select(c => c.Milliseconds)):F0} | {Median(steps.Select(s => s.Made)):F0} | {Median(steps.Select(s => s.Step)):F0} | {Median(steps.Select(s => s.All)):F0} |"));
        }
    }

    private static T[] Several<T>(Func<T> measure, CancellationToken stopped) => [.. Enumerable.Range(0, Processes).Select(_ =>
    {
        stopped.ThrowIfCancellationRequested();
        return measure();
    })];

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Processes / 2);
}
