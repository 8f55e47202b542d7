using SsmDsl.Diagnostics;
using SsmDsl.Text;

namespace SsmDsl.Semantics.Checking;

/// <summary>Collects findings; while it is muted (a body is read ahead to find sizes) nothing is kept.</summary>
internal sealed class DiagnosticSink
{
    private readonly List<Diagnostic> found = [];
    private readonly HashSet<(string Code, SourceSpan Place, SourceSpan? Other)> known = [];
    private Action<Diagnostic>? watching;
    private int muted;

    public IReadOnlyList<Diagnostic> Found => found;

    public bool IsMuted => muted > 0;

    /// <summary>How many errors there are so far.</summary>
    public int Errors { get; private set; }

    public bool Has(DiagnosticCode code, SourceSpan place) => found.Any(d => d.Code == code && d.Span.Equals(place));

    public void Report(DiagnosticCode code, SourceSpan place, string message, RelatedPlace? related = null, string? suggestion = null) =>
        Report(new Diagnostic(code, place, message, related, suggestion));

    public void Report(Diagnostic diagnostic)
    {
        watching?.Invoke(diagnostic);
        if (IsMuted || !known.Add((diagnostic.Code.Id, diagnostic.Span, diagnostic.Related?.Span))) return;
        found.Add(diagnostic);
        if (diagnostic.Severity == Severity.Error) Errors++;
    }

    /// <summary>The first error that a reading would report; nothing is kept.</summary>
    public Diagnostic? FirstErrorOf(Action read)
    {
        Diagnostic? first = null;
        Action<Diagnostic>? before = watching;
        watching = d => first ??= d.Severity == Severity.Error ? d : null;
        Muted<object?>(() =>
        {
            read();
            return null;
        });
        watching = before;
        return first;
    }

    public T Muted<T>(Func<T> read)
    {
        muted++;
        try
        {
            return read();
        }
        finally
        {
            muted--;
        }
    }
}
