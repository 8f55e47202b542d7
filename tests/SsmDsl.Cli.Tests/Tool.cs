namespace SsmDsl.Cli.Tests;

/// <summary>What a command line did.</summary>
internal sealed record Outcome(int ExitCode, string Output, string Error)
{
    public Outcome Expect(int exitCode)
    {
        Assert.True(exitCode == ExitCode, $"exit code {ExitCode}, not {exitCode}\n{Error}\n{Output}");
        return this;
    }
}

/// <summary>Calls <c>ssm</c> inside of this process.</summary>
internal static class Tool
{
    public static Outcome Run(params string[] arguments)
    {
        (TextWriter output, TextWriter error) = (Console.Out, Console.Error);
        using StringWriter newOutput = new(), newError = new();
        Console.SetOut(newOutput);
        Console.SetError(newError);
        try
        {
            int code = Commands.Invoke(arguments);
            return new Outcome(code, newOutput.ToString(), newError.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }
}
