using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using SsmDsl.Cli.Compiling;
using SsmDsl.Diagnostics;
using SsmDsl.Text;

namespace SsmDsl.Cli;

/// <summary><c>ssm check FILES… [--json] [--warnaserror]</c>: diagnostics, one a line or as a JSON array.</summary>
internal static class CheckCommand
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    public static Command Create()
    {
        Argument<string[]> files = Project.FilesArgument();
        var json = new Option<bool>("--json") { Description = "Print a JSON array instead of lines" };
        Option<bool> warnings = Project.WarningsOption();
        var command = new Command("check", "Reports everything that is wrong or doubtful in the files.") { files, json, warnings };
        command.SetAction(parsed =>
        {
            Project project = Project.Read(parsed.GetRequiredValue(files), parsed.GetValue(warnings));
            if (parsed.GetValue(json)) Console.Out.WriteLine(JsonSerializer.Serialize(project.Findings.Select(Entry), Json));
            else foreach (Finding finding in project.Findings) Console.Out.WriteLine(finding);
            return project.HasErrors ? ExitCode.Findings : ExitCode.Good;
        });
        return command;
    }

    private static JsonEntry Entry(Finding finding)
    {
        Diagnostic found = finding.Diagnostic;
        (LinePosition start, LinePosition end) = (found.Span.StartPosition, found.Span.EndPosition);
        return new JsonEntry(
            found.Span.File.Path,
            start.Line,
            start.Column,
            end.Line,
            end.Column,
            finding.Word,
            found.Code.Id,
            found.FullMessage,
            found.Related is { } related ? Place(related) : null,
            found.Code.HelpPage,
            found.Suggestion);
    }

    private static JsonPlace Place(RelatedPlace related)
    {
        (LinePosition start, LinePosition end) = (related.Span.StartPosition, related.Span.EndPosition);
        return new JsonPlace(related.Span.File.Path, start.Line, start.Column, end.Line, end.Column, related.Message);
    }

    private sealed record JsonEntry(
        string File, int Line, int Column, int EndLine, int EndColumn, string Severity, string Code, string Message,
        JsonPlace? Related, string Help, string? Suggestion);

    private sealed record JsonPlace(string File, int Line, int Column, int EndLine, int EndColumn, string Message);
}
