using SsmDsl.Bench;
using SsmDsl.Bench.Growth;
using SsmDsl.Bench.Start;

if (args.Length == 0 || args.Any(a => a is "--help" or "-h" or "-?"))
{
    Console.WriteLine(Options.Usage);
    return args.Length == 0 ? 2 : 0;
}

using var stopped = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = !stopped.IsCancellationRequested;
    stopped.Cancel();
};
try
{
    switch (args[0])
    {
        case "quick":
            QuickRun.Run(Options.Parse(args[1..]), stopped.Token);
            return 0;
        case "widths":
            WidthsRun.Run(Options.Parse(args[1..], Path.Combine("results", "widths.md")), stopped.Token);
            return 0;
        case "growth":
            GrowthRun.Run(Options.Parse(args[1..], Path.Combine("results", "growth.png")), stopped.Token);
            return 0;
        case "memory":
            MemoryRun.Run(Options.Parse(args[1..]), stopped.Token);
            return 0;
        case "start":
            StartRun.Run(Options.Parse(args[1..]), stopped.Token);
            return 0;
        case StartProcess.Command when args is [_, var what, var name, var threads]:
            StartProcess.Run(what, name, int.Parse(threads, System.Globalization.CultureInfo.InvariantCulture));
            return 0;
        case "tiering":
            TieringRun.Run(Options.Parse(args[1..]), stopped.Token);
            return 0;
        case TieringProcess.Command when args is [_, var form, var workload, var count]:
            TieringProcess.Run(form, workload, count);
            return 0;
        case "kernels":
            KernelBenchmarks.Run(args[1..]);
            return 0;
        default:
            throw new UsageException($"there is no command '{args[0]}'");
    }
}
catch (UsageException e)
{
    Console.Error.WriteLine($"SsmDsl.Bench: {e.Message}\n\n{Options.Usage}");
    return 2;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("SsmDsl.Bench: stopped");
    return 130;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException or MismatchException)
{
    Console.Error.WriteLine($"SsmDsl.Bench: {e.Message}");
    return 3;
}
