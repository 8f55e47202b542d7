namespace SsmDsl.Cli;

/// <summary>What the process returns.</summary>
internal static class ExitCode
{
    public const int Good = 0;

    /// <summary>Diagnostics of severity error.</summary>
    public const int Findings = 1;

    public const int Usage = 2;

    /// <summary>A file, a shape, a device, a number that is not finite.</summary>
    public const int Failed = 3;

    public const int Internal = 4;

    public const int Cancelled = 130;
}

/// <summary>The command line asks for something that does not fit together.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>A file or a tensor that cannot be used.</summary>
internal sealed class RunException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>The sources have errors, which are reported already.</summary>
internal sealed class FindingsException() : Exception("the sources have errors");
