using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SsmDsl.Compilation;
using SsmDsl.Text;

namespace SsmDsl.Generator.Tests.Documentation;

/// <summary>
/// The C# of a page as one program with top-level statements: its <c>csharp</c> blocks in order, in a project that has the models
/// of the page. A comment right before a block, <c>&lt;!-- given: … --&gt;</c>, holds C# that the page leaves to its reader;
/// <c>&lt;!-- not compiled: why --&gt;</c> leaves the block out.
/// </summary>
internal static partial class PageProgram
{
    /// <summary>The project of the first example.</summary>
    private const string RootNamespace = "Forecast";

    /// <summary>What <c>ImplicitUsings</c> of console and web projects gives.</summary>
    private const string Implicit = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Microsoft.AspNetCore.Builder;
        global using Microsoft.AspNetCore.Http;
        global using Microsoft.Extensions.DependencyInjection;
        """;

    private static readonly CSharpParseOptions Language = new(LanguageVersion.Preview);

    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(p => Path.GetFileName(p) is var name && (name == "SsmDsl.Runtime.dll" || name.StartsWith("System.", StringComparison.Ordinal)
                || name.StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal) || name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal)))
            .Select(p => MetadataReference.CreateFromFile(p)),
    ];

    /// <summary>What the compilers say of the page, down to warnings of C#, at lines of the page.</summary>
    public static string[] Problems(string page)
    {
        FencedBlock[] blocks = [.. FencedBlock.Read(page)];
        CompilationResult models = SsmCompiler.Compile(
            [.. blocks.Where(b => b.Info == "ssm").Select(b => new SourceFile(b.Name, b.Text))],
            CompilerOptions.Default with { RootNamespace = RootNamespace });
        if (models.HasErrors) return [.. models.Diagnostics.Select(PageTests.Shown)];
        SyntaxTree text = CSharpSyntaxTree.ParseText(Text(page, blocks), Language, page);
        var program = CSharpCompilation.Create(
            "Page",
            [
                CSharpSyntaxTree.ParseText(Implicit, Language),
                text,
                .. models.Files.Select(f => CSharpSyntaxTree.ParseText(f.Text, Language, f.HintName)),
            ],
            References,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));

        // Other tests compile whole generated classes; here their members are enough.
        return [.. program.GetSemanticModel(text).GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning).Select(d => d.ToString())];
    }

    private static string Text(string page, IEnumerable<FencedBlock> blocks)
    {
        string[] lines = File.ReadAllLines(Path.Combine(TestFiles.Root, page));
        var text = new StringBuilder();
        foreach (FencedBlock block in blocks.Where(b => b.Info == "csharp"))
        {
            string before = string.Join('\n', lines[..(block.Line - 1)]);
            Match comment = Comment().Match(before);
            if (comment.Groups["kind"].Value == "not compiled") continue;
            if (comment.Success) Add(comment.Groups["text"].Value, 1 + before.AsSpan(0, comment.Groups["text"].Index).Count('\n'));
            Add(block.Text, block.Line + 1);
        }

        return text.ToString();

        void Add(string code, int line) => text.Append($"#line {line} \"{page}\"\n{code}\n");
    }

    [GeneratedRegex(@"<!-- (?<kind>given|not compiled):(?<text>(?:(?!-->).)*)-->\s*\z", RegexOptions.Singleline)]
    private static partial Regex Comment();
}
