using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using SsmDsl.Compilation;
using SsmDsl.Diagnostics;

namespace SsmDsl.Hosting;

/// <summary>A <c>.ssm</c> file of the project with the settings that are its own.</summary>
/// <param name="Name">Its path from the project's folder, with '/': what generated code and messages call it.</param>
/// <param name="Path">Its path as the build has it.</param>
/// <param name="Precision">From the item's metadata; null where the project's holds.</param>
/// <param name="Severities">Codes with the severities that an <c>.editorconfig</c> gives them.</param>
internal sealed record SsmSource(string Name, string Path, string Text, Precision? Precision, EquatableArray<(string Code, string Severity)> Severities)
{
    public static bool IsSource(AdditionalText text) => text.Path.EndsWith(".ssm", StringComparison.OrdinalIgnoreCase);

    public static SsmSource Of(AdditionalText file, AnalyzerConfigOptionsProvider provider, CancellationToken cancellation)
    {
        AnalyzerConfigOptions options = provider.GetOptions(file);
        options.TryGetValue("build_metadata.AdditionalFiles.SsmDslPrecision", out string? precision);
        var severities = ImmutableArray.CreateBuilder<(string, string)>();
        foreach (DiagnosticCode code in DiagnosticCodes.All)
        {
            if (options.TryGetValue(SeverityKey.Of(code.Id), out string? severity)) severities.Add((code.Id, severity));
        }

        string text = file.GetText(cancellation)?.ToString() ?? "";
        return new SsmSource(
            ProjectSettings.Of(provider.GlobalOptions).Relative(file.Path), file.Path, text, CompilerOptions.ParsePrecision(precision), new(severities.ToImmutable()));
    }

    /// <summary>The severity of a finding in this file, or null if it is switched off.</summary>
    public Severity? SeverityOf(DiagnosticCode code)
    {
        foreach ((string id, string severity) in Severities)
        {
            if (id == code.Id) return SeverityKey.Read(severity, code.Severity);
        }

        return code.Severity;
    }
}
