using System.CommandLine;
using System.CommandLine.Invocation;
using SsmDsl.Semantics.Checking;

namespace SsmDsl.Cli;

/// <summary>The tool <c>ssm</c>: its commands, and what their failures are to the shell.</summary>
public static class Commands
{
    /// <summary>How long a cancelled command may take to end in its own way.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>Runs a command line; returns the process' exit code.</summary>
    public static int Invoke(string[] arguments)
    {
        ParseResult parsed = Root().Parse(arguments);
        if (parsed.Action is ParseErrorAction)
        {
            foreach (string error in parsed.Errors.Select(e => e.Message).Distinct()) Console.Error.WriteLine($"ssm: {error}");
            string command = parsed.CommandResult.Command is RootCommand ? "" : $"{parsed.CommandResult.Command.Name} ";
            Console.Error.WriteLine($"ssm: try 'ssm {command}--help'");
            return ExitCode.Usage;
        }

        using var cancelled = new CancellationTokenSource();
        void Cancel(object? sender, ConsoleCancelEventArgs e)
        {
            // The second time the process ends at once.
            e.Cancel = !cancelled.IsCancellationRequested;
            cancelled.Cancel();
        }

        Console.CancelKeyPress += Cancel;
        try
        {
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return Await(Task.Run(() => DeepStack.Run(() => parsed.InvokeAsync(configuration, cancelled.Token))), cancelled.Token);
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

    /// <summary>The command's result. One that does not end when it is cancelled is left behind, without half-written files.</summary>
    private static int Await(Task<int> command, CancellationToken cancellation)
    {
        try
        {
            command.WaitAsync(cancellation).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (!command.IsCompleted && Task.WaitAny([command], Grace) < 0)
        {
            OutputFile.Abandon();
            throw;
        }
        catch (OperationCanceledException)
        {
            // It has ended, in one way or the other.
        }

        return command.GetAwaiter().GetResult();
    }

    private static RootCommand Root() => new("Compiles sequence models written as equations (.ssm) and runs them.")
    {
        BenchCommand.Create(),
        CheckCommand.Create(),
        DescribeCommand.Create(),
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
            RunException or SsmException or IOException or UnauthorizedAccessException or ArgumentException or OutOfMemoryException
                => (ExitCode.Failed, failure.Message),
            _ => (ExitCode.Internal, $"internal error, please report it: {failure}"),
        };
        if (message is not null) Console.Error.WriteLine($"ssm: {message}");
        return code;
    }
}
