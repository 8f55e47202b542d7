using System.Text;
using Microsoft.CodeAnalysis;
using SsmDsl.Compilation;
using SsmDsl.Diagnostics;
using SsmDsl.Text;
using Diagnostic = SsmDsl.Diagnostics.Diagnostic;

namespace SsmDsl.Cli.Compiling;

/// <summary>Severities of <c>.editorconfig</c> files: <c>ssm_diagnostic.SSM0401.severity = error</c> in a section for <c>.ssm</c> files.</summary>
internal sealed class SeveritySettings
{
    private readonly Dictionary<string, AnalyzerConfigSet?> byFolder = new(StringComparer.Ordinal);

    /// <summary>The severity of a finding, or null if it is switched off.</summary>
    public Severity? Of(Diagnostic finding) =>
        Setting(finding.Span.File, finding.Code.Id) is { } setting ? SeverityKey.Read(setting, finding.Severity) : finding.Severity;

    private string? Setting(SourceFile file, string code)
    {
        if (file.IsLibrary || !File.Exists(file.Path)) return null;
        string path = Path.GetFullPath(file.Path);
        return Settings(Path.GetDirectoryName(path)!)?.GetOptionsForSourcePath(path).AnalyzerOptions
            .GetValueOrDefault(SeverityKey.Of(code));
    }

    private AnalyzerConfigSet? Settings(string folder)
    {
        if (byFolder.TryGetValue(folder, out AnalyzerConfigSet? known)) return known;
        var configs = new List<AnalyzerConfig>();
        for (DirectoryInfo? at = new(folder); at is not null; at = at.Parent)
        {
            string path = Path.Combine(at.FullName, ".editorconfig");
            if (!File.Exists(path)) continue;
            string text = File.ReadAllText(path, Encoding.UTF8);
            if (text.Contains(SeverityKey.Prefix, StringComparison.OrdinalIgnoreCase)) configs.Add(AnalyzerConfig.Parse(text, path));
        }

        return byFolder[folder] = configs.Count == 0 ? null : AnalyzerConfigSet.Create(configs);
    }
}
