using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using SsmDsl.Compilation;
using SsmDsl.Diagnostics;
using SsmDsl.Text;
using Diagnostic = SsmDsl.Diagnostics.Diagnostic;

namespace SsmDsl.Hosting;

/// <summary>What a compilation gave, as values that can be compared.</summary>
internal sealed record HostResult(EquatableArray<HostFinding> Findings, EquatableArray<HostFile> Files)
{
    public static HostResult Of(CompilationResult result, ImmutableArray<SsmSource> sources)
    {
        Dictionary<string, SsmSource> byName = sources.GroupBy(s => s.Name).ToDictionary(g => g.Key, g => g.First());
        return new HostResult(
            new([.. result.Diagnostics.Select(d => HostFinding.Of(d, byName)).OfType<HostFinding>()]),
            new([.. result.Files.Select(f => new HostFile(f.HintName, f.Text, f.Path, f.Gate))]));
    }
}

/// <summary>A generated file. Two are equal if they differ at most in the places of the source that they name.</summary>
internal sealed record HostFile(string HintName, string Text, string SourceName, string Gate)
{
    public bool Equals(HostFile? other) => other is not null && HintName == other.HintName && Gate == other.Gate;

    public override int GetHashCode() => HintName.GetHashCode();
}

/// <summary>A finding with everything that a diagnostic of the host needs.</summary>
internal sealed record HostFinding(string Code, string Title, string Help, Severity Severity, string Message, string Path, TextSpan Span, LinePositionSpan Lines)
{
    /// <summary>Null for a finding that is switched off.</summary>
    public static HostFinding? Of(Diagnostic finding, IReadOnlyDictionary<string, SsmSource> sources)
    {
        SourceSpan span = finding.Span;
        sources.TryGetValue(span.File.Path, out SsmSource? source);
        if ((source is null ? finding.Severity : source.SeverityOf(finding.Code)) is not { } severity) return null;
        Text.LinePosition start = span.StartPosition, end = span.EndPosition;
        return new HostFinding(
            finding.Code.Id,
            finding.Code.Title,
            finding.Code.HelpPage,
            severity,
            finding.FullMessage,
            source?.Path ?? span.File.Path,
            TextSpan.FromBounds(span.Start, Math.Max(span.Start, span.End)),
            new LinePositionSpan(new(start.Line - 1, start.Column - 1), new(end.Line - 1, end.Column - 1)));
    }

    public Microsoft.CodeAnalysis.Diagnostic ToDiagnostic()
    {
        DiagnosticSeverity severity = Severity switch
        {
            Severity.Error => DiagnosticSeverity.Error,
            Severity.Warning => DiagnosticSeverity.Warning,
            _ => DiagnosticSeverity.Info,
        };
        return Microsoft.CodeAnalysis.Diagnostic.Create(
            Code, "SsmDsl", Message, severity, severity, isEnabledByDefault: true, warningLevel: severity == DiagnosticSeverity.Error ? 0 : 1,
            title: Title, helpLink: Help, location: Location.Create(Path, Span, Lines));
    }
}
