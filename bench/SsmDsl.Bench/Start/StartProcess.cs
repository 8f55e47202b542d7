using System.Diagnostics;
using System.Globalization;
using SsmDsl.Bench.Cases;

namespace SsmDsl.Bench.Start;

/// <summary>What is measured in processes of its own, which have compiled nothing yet.</summary>
internal static class StartProcess
{
    /// <summary>The command of such a process, of which the bench's help says nothing.</summary>
    public const string Command = "start-process";

    /// <summary>Compiles a model's kernels; prints the number of methods and milliseconds.</summary>
    private const string Kernels = "kernels";

    /// <summary>Runs the first step of a workload's stream; prints the milliseconds of making the model and of the step.</summary>
    private const string FirstStep = "step";

    /// <summary>In the process: measures, and prints it.</summary>
    public static void Run(string what, string name, int threads)
    {
        (double first, double second) = what == Kernels ? KernelCompilation.Of(name) : Step(name, threads);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{first:R} {second:R}"));
    }

    /// <summary>The number of methods that a model's kernels are, and the milliseconds until they are machine code.</summary>
    public static (double Methods, double Milliseconds) CompileKernels(string model, int threads)
    {
        var (first, second, _) = Start(Kernels, model, threads);
        return (first, second);
    }

    /// <summary>Milliseconds in which the model is made, of the first step, and from the start of the process to its result.</summary>
    public static (double Made, double Step, double All) RunFirstStep(string workload, int threads) => Start(FirstStep, workload, threads);

    private static (double, double) Step(string name, int threads)
    {
        long started = Stopwatch.GetTimestamp();
        using Device device = Device.Cpu(threads);
        using var model = new ModelCase(Catalog.All.Single(w => w.Name == name), device, withGradients: false);
        double made = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        started = Stopwatch.GetTimestamp();
        model.Run(Phase.Step)();
        return (made, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    private static (double, double, double All) Start(string what, string name, int threads)
    {
        var (numbers, all) = Numbers(Command, what, name, threads.ToString(CultureInfo.InvariantCulture));
        return (numbers[0], numbers[1], all);
    }

    /// <summary>Starts the bench with these arguments: the numbers of the line that it prints first, and the milliseconds until then.</summary>
    public static (double[] Numbers, double All) Numbers(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet") start.ArgumentList.Add(typeof(StartProcess).Assembly.Location);
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        long started = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start) ?? throw new IOException("no process could be started");
        string? line = process.StandardOutput.ReadLine();
        double all = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        process.WaitForExit();
        if (line is null) throw new IOException($"the process for {string.Join(' ', arguments)} printed nothing");
        return ([.. line.Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture))], all);
    }
}
