using System.Globalization;
using SsmDsl.Diagnostics;

namespace SsmDsl.Cli.Compiling;

/// <summary>A diagnostic with the severity that the user's settings give it.</summary>
internal sealed record Finding(Diagnostic Diagnostic, Severity Severity)
{
    public static List<Finding> Of(IEnumerable<Diagnostic> diagnostics, bool warningsAreErrors)
    {
        var settings = new SeveritySettings();
        var findings = new List<Finding>();
        foreach (Diagnostic diagnostic in diagnostics)
        {
            if (settings.Of(diagnostic) is not { } severity) continue;
            findings.Add(new Finding(diagnostic, severity == Severity.Warning && warningsAreErrors ? Severity.Error : severity));
        }

        return findings;
    }

    /// <summary><c>file(line,column): severity CODE: message</c></summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Diagnostic.Span}: {Word} {Diagnostic.Code.Id}: {Diagnostic.FullMessage}");

    public string Word => Severity.ToString().ToLowerInvariant();
}
