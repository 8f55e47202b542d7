using SsmDsl;

namespace Examples;

/// <summary>What all examples do alike on the command line: options, Ctrl-C, errors as one line, exit codes.</summary>
internal static class Command
{
    /// <summary>Runs an example.</summary>
    /// <param name="name">Of the project.</param>
    /// <param name="usage">What is printed for <c>--help</c> and wrong usage.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="run">The example; the token is cancelled by Ctrl-C.</param>
    /// <returns>0; 2 for wrong usage; 3 if the run failed; 130 if it was stopped.</returns>
    public static int Run(string name, string usage, string[] arguments, Action<Options, CancellationToken> run)
    {
        if (arguments.Any(a => a is "--help" or "-h" or "-?"))
        {
            Console.WriteLine(usage);
            return 0;
        }

        using var stopped = new CancellationTokenSource();
        Console.CancelKeyPress += (_, e) =>
        {
            // The second time the process ends at once.
            e.Cancel = !stopped.IsCancellationRequested;
            stopped.Cancel();
        };
        try
        {
            run(Options.Parse(arguments, usage), stopped.Token);
            return 0;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine($"{name}: stopped; the checkpoint is saved, go on with --resume");
            return 130;
        }
        catch (Exception e) when (e is SsmException or DataFileException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"{name}: {e.Message}");
            return 3;
        }
        catch (UsageException e)
        {
            Console.Error.WriteLine($"{name}: {e.Message}\n\n{usage}");
            return 2;
        }
    }
}

/// <summary>The command line does not fit.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>Options that all examples have.</summary>
/// <param name="Epochs">How often the data is gone through, or null for the example's own number.</param>
/// <param name="Seed">Of initial parameters, shuffling and draws.</param>
/// <param name="Resume">Go on from the checkpoint.</param>
/// <param name="Output">Folder of checkpoint and pictures.</param>
/// <param name="Full">Folder of a larger data set, where the example has one.</param>
internal sealed record Options(int? Epochs, ulong Seed, bool Resume, string Output, string? Full)
{
    public const string Usage = """
          --epochs N    how often the data is gone through
          --seed S      of initial parameters, shuffling and draws (42)
          --resume      go on from the checkpoint of a run that was stopped
          --out DIR     folder of checkpoint and pictures (results)
        """;

    /// <param name="usage">Names the options that the example has.</param>
    public static Options Parse(string[] arguments, string usage)
    {
        var options = new Options(null, 42, false, "results", null);
        var rest = new Queue<string>(arguments);
        while (rest.TryDequeue(out string? option))
        {
            string Value() => rest.TryDequeue(out string? value) ? value : throw new UsageException($"{option} needs a value");
            options = option switch
            {
                "--epochs" => options with { Epochs = int.TryParse(Value(), out int n) && n > 0 ? n : throw new UsageException("--epochs needs a number above 0") },
                "--seed" => options with { Seed = ulong.TryParse(Value(), out ulong seed) ? seed : throw new UsageException("--seed needs a number") },
                "--resume" => options with { Resume = true },
                "--out" => options with { Output = Value() },
                "--full" when usage.Contains("--full") => options with { Full = Value() },
                _ => throw new UsageException($"there is no option '{option}'"),
            };
        }

        return options;
    }
}
