using System.CommandLine;
using System.CommandLine.Invocation;

namespace SsmDsl.Cli;

/// <summary>The tool <c>ssm</c>: its commands, and what their failures are to the shell.</summary>
public static class Commands
{
    /// <summary>Runs a command line; returns the process' exit code.</summary>
    public static int Invoke(string[] arguments)
    {
        ParseResult parsed = Root().Parse(arguments);
        if (parsed.Action is ParseErrorAction)
        {
            foreach (var error in parsed.Errors) Console.Error.WriteLine($"ssm: {error.Message}");
            Console.Error.WriteLine("ssm: try 'ssm --help'");
            return ExitCode.Usage;
        }

        using var cancelled = new CancellationTokenSource();
        void Cancel(object? sender, ConsoleCancelEventArgs e)
        {
            // The first time the command may end in its own way; the second time the process ends at once.
            e.Cancel = !cancelled.IsCancellationRequested;
            cancelled.Cancel();
        }

        Console.CancelKeyPress += Cancel;
        try
        {
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return parsed.InvokeAsync(configuration, cancelled.Token).GetAwaiter().GetResult();
        }
        catch (Exception failure)
        {
            return Report(failure);
        }
        finally
        {
            Console.CancelKeyPress -= Cancel;
        }
    }

    private static RootCommand Root() => new("Compiles sequence models written as equations (.ssm) and runs them.")
    {
        CheckCommand.Create(),
        EmitCommand.Create(),
        InitCommand.Create(),
        RunCommand.Create(),
        StdCommand.Create(),
    };

    private static int Report(Exception failure)
    {
        (int code, string? message) = failure switch
        {
            OperationCanceledException => (ExitCode.Cancelled, "cancelled"),
            FindingsException => (ExitCode.Findings, null),
            UsageException => (ExitCode.Usage, failure.Message),
            RunException or IOException or UnauthorizedAccessException or ArgumentException or OutOfMemoryException
                => (ExitCode.Failed, failure.Message),
            _ => (ExitCode.Internal, $"internal error, please report it: {failure}"),
        };
        if (message is not null) Console.Error.WriteLine($"ssm: {message}");
        return code;
    }
}
