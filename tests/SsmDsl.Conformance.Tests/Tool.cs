namespace SsmDsl.Conformance.Tests;

/// <summary>Calls the tool <c>ssm</c> inside of this process, as a user would call it from a shell.</summary>
public static class Tool
{
    private static readonly Lock Gate = new();

    public static (int ExitCode, string Output, string Error) Run(params string[] arguments)
    {
        lock (Gate)
        {
            (TextWriter output, TextWriter error) = (Console.Out, Console.Error);
            using StringWriter newOutput = new(), newError = new();
            Console.SetOut(newOutput);
            Console.SetError(newError);
            try
            {
                object? result = typeof(Cli.Commands).Assembly.EntryPoint!.Invoke(null, [arguments]);
                return (result is Task<int> task ? task.GetAwaiter().GetResult() : (int)result!, newOutput.ToString(), newError.ToString());
            }
            finally
            {
                Console.SetOut(output);
                Console.SetError(error);
            }
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
