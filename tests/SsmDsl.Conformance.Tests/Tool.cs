namespace SsmDsl.Conformance.Tests;

/// <summary>Calls the tool <c>ssm</c> inside of this process, as a user would call it from a shell; several at a time.</summary>
public static class Tool
{
    private static readonly CallWriter Output = new(Console.Out), Error = new(Console.Error);

    static Tool()
    {
        Console.SetOut(Output);
        Console.SetError(Error);
    }

    public static (int ExitCode, string Output, string Error) Run(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        Output.Called = output;
        Error.Called = error;
        try
        {
            object? result = typeof(Cli.Commands).Assembly.EntryPoint!.Invoke(null, [arguments]);
            return (result is Task<int> task ? task.GetAwaiter().GetResult() : (int)result!, output.ToString(), error.ToString());
        }
        finally
        {
            Output.Called = null;
            Error.Called = null;
        }
    }

    /// <summary>Calls the tool and gives what it prints.</summary>
    /// <exception cref="InvalidOperationException">It fails; the message is the tool's.</exception>
    public static string Require(params string[] arguments)
    {
        (int exitCode, string output, string error) = Run(arguments);
        return exitCode == 0 ? output : throw new InvalidOperationException($"exit code {exitCode}: {error}{output}");
    }
}
