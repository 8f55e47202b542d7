using System.Collections.Immutable;
using System.Text;
using SsmDsl.Text;

namespace SsmDsl.Parsing;

/// <summary>The layers and functions that are always in scope: <c>.ssm</c> files inside of this assembly.</summary>
public static class StandardLibrary
{
    private const string Prefix = "std/";

    private static readonly Lazy<ImmutableArray<ParseResult>> Results = new(() => [.. Files.Select(FileParser.Parse)]);

    /// <summary>In the order of their paths <c>std/NAME.ssm</c>.</summary>
    public static ImmutableArray<SourceFile> Files { get; } =
    [
        .. typeof(StandardLibrary).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .OrderBy(name => name, StringComparer.Ordinal)
            .Select(Read),
    ];

    /// <summary>The files, parsed once for the whole process.</summary>
    public static ImmutableArray<ParseResult> Parsed => Results.Value;

    private static SourceFile Read(string name)
    {
        using var reader = new StreamReader(typeof(StandardLibrary).Assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
        return new SourceFile(name, reader.ReadToEnd(), isLibrary: true);
    }
}
