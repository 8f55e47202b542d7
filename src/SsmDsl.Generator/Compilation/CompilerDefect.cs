using SsmDsl.Diagnostics;
using SsmDsl.Text;

namespace SsmDsl.Compilation;

/// <summary>SSM0901: a defect of the compiler itself, reported like any other error instead of crashing the build.</summary>
public static class CompilerDefect
{
    public static Diagnostic At(SourceSpan declaration, Exception defect) => new(
        DiagnosticCodes.Internal,
        declaration,
        $"the compiler failed on this declaration: {defect.GetType().Name}: {OneLine(defect.Message)} {FirstFrames(defect)}"
        + " This is a defect of SsmDsl; please report it with the declaration and this message");

    private static string OneLine(string text) => text.Replace("\r", "").Replace('\n', ' ').TrimEnd(' ', '.') + ".";

    private static string FirstFrames(Exception defect)
    {
        // Without file names, which would differ from machine to machine.
        var frames = (defect.StackTrace ?? "").Split('\n').Take(3).Select(f => f.Trim().Split([" in "], StringSplitOptions.None)[0]);
        return string.Join(" ", frames).Trim() is { Length: > 0 } text ? $"({text})." : "";
    }
}
