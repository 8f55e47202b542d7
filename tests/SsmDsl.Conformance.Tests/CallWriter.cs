using System.Text;

namespace SsmDsl.Conformance.Tests;

/// <summary>A console for every call of the tool: what a call writes goes to its own writer, all else to the process' console.</summary>
internal sealed class CallWriter(TextWriter console) : TextWriter
{
    private readonly AsyncLocal<TextWriter?> called = new();

    /// <summary>Of the call that runs here, or null.</summary>
    public TextWriter? Called
    {
        get => called.Value;
        set => called.Value = value;
    }

    public override Encoding Encoding => console.Encoding;

    private TextWriter Target => called.Value ?? console;

    public override void Write(char value) => Target.Write(value);

    public override void Write(char[] buffer, int index, int count) => Target.Write(buffer, index, count);

    public override void Write(string? value) => Target.Write(value);

    public override void Flush() => Target.Flush();
}
