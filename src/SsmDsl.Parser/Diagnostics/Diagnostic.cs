using SsmDsl.Text;

namespace SsmDsl.Diagnostics;

public enum Severity
{
    Info,
    Warning,
    Error,
}

/// <summary>What a finding is about: the fixed part of every diagnostic with this code.</summary>
public sealed record DiagnosticCode(string Id, Severity Severity, string Title)
{
    public string HelpPage => $"docs/diagnostics/{Id}.md";
}

/// <summary>The second place that a finding is about, and what stands there.</summary>
public sealed record RelatedPlace(SourceSpan Span, string Message);

/// <summary>
/// One finding of the compiler. The message says what was found and what was expected;
/// the place of <paramref name="Related"/> is part of <see cref="FullMessage"/> too, because not every host shows it.
/// </summary>
public sealed record Diagnostic(
    DiagnosticCode Code,
    SourceSpan Span,
    string Message,
    RelatedPlace? Related = null,
    string? Suggestion = null)
{
    public Severity Severity => Code.Severity;

    public string FullMessage =>
        Message
        + (Related is null ? "" : $" ({Related.Message}: {Related.Span})")
        + (Suggestion is null ? "" : $"; {Suggestion}");
}
