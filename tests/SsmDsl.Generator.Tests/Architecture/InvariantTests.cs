using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace SsmDsl.Generator.Tests.Architecture;

/// <summary>The invariants of docs/architecture.md.</summary>
public sealed partial class InvariantTests
{
    private static readonly string Root = FindRoot();

    /// <summary>Tables, grammars and visitors, which may be longer.</summary>
    private static readonly string[] LongFiles = [];

    [Fact]
    public void Only_the_host_knows_Roslyn()
    {
        string[] others = [.. Sources("src/SsmDsl.Parser"), .. Sources("src/SsmDsl.Generator").Where(f => !f.Contains("/Hosting/", StringComparison.Ordinal))];
        AssertNone(others, code => code.Contains("Microsoft.CodeAnalysis", StringComparison.Ordinal));
        Assert.DoesNotContain("Microsoft.CodeAnalysis.CSharp", File.ReadAllText(Path.Combine(Root, "src/SsmDsl.Parser/SsmDsl.Parser.csproj")), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_stage_of_the_front_end_knows_only_earlier_ones()
    {
        AssertNone(Sources("src/SsmDsl.Parser/Syntax"), Uses("Parsing", "Semantics", "Checks"));
        AssertNone(Sources("src/SsmDsl.Parser/Parsing"), Uses("Semantics", "Checks"));
        AssertNone(Sources("src/SsmDsl.Generator/Ir"), Uses("Expansion", "Autodiff", "Passes", "Lowering", "Emit", "Compilation", "Hosting"));
        AssertNone(Sources("src/SsmDsl.Generator/Interpretation"), Uses("Expansion", "Autodiff", "Passes", "Lowering", "Emit", "Compilation", "Hosting"));
        AssertNone(Sources("src/SsmDsl.Generator/Autodiff"), Uses("Expansion", "Lowering", "Emit", "Compilation", "Hosting"));
        AssertNone(Sources("src/SsmDsl.Generator/Passes"), Uses("Expansion", "Lowering", "Emit", "Compilation", "Hosting"));
        AssertNone(Sources("src/SsmDsl.Generator/Lowering"), Uses("Expansion", "Emit", "Compilation", "Hosting"));
    }

    [Fact]
    public void Text_of_CSharp_exists_only_under_Emit()
    {
        string[] others = [.. Sources("src/SsmDsl.Parser"), .. Sources("src/SsmDsl.Generator").Where(f => !f.Contains("/Emit/", StringComparison.Ordinal))];
        AssertNone(others, code => StringWithCSharp().IsMatch(code));
    }

    [Fact]
    public void No_layer_is_named_in_the_compiler_or_the_runtime()
    {
        string[] layers = [.. Directory.EnumerateFiles(Path.Combine(Root, "src/SsmDsl.Parser/Std"), "*.ssm")
            .SelectMany(f => LayerName().Matches(File.ReadAllText(f)).Select(m => m.Groups[1].Value))
            .Where(n => n.Length > 3 && n is not ("Linear" or "Project" or "Embedding" or "Dropout"))];
        AssertNone(Sources("src"), code => layers.Any(l => Regex.IsMatch(WithoutComments(code), $@"\b{l}\b")));
    }

    [Fact]
    public void The_runtime_depends_on_tensors_and_nothing_else()
    {
        XDocument project = XDocument.Load(Path.Combine(Root, "src/SsmDsl.Runtime/SsmDsl.Runtime.csproj"));
        string[] shipped = [.. project.Descendants("PackageReference").Where(p => (string?)p.Attribute("PrivateAssets") != "all").Select(p => (string)p.Attribute("Include")!)];
        Assert.Equal(["System.Numerics.Tensors"], shipped);
    }

    [Fact]
    public void Files_are_small()
    {
        string[] tooLong = [.. Sources("src").Where(f => File.ReadLines(f).Count() > 350 && !LongFiles.Contains(Path.GetFileName(f)))];
        Assert.Empty(tooLong);
    }

    /// <summary>As the formatter sorts them, which takes minutes where it has to know the solution.</summary>
    [Fact]
    public void Using_directives_are_sorted() => AssertNone(
        [.. Sources("src"), .. Sources("tests"), .. Sources("examples"), .. Sources("bench")],
        code => UsingDirective().Matches(code).Select(m => (
                Kind: m.Groups["alias"].Success ? 2 : m.Groups["static"].Success ? 1 : 0,
                IsForeign: !m.Groups["name"].Value.StartsWith("System", StringComparison.Ordinal),
                Name: m.Groups["name"].Value)).ToArray() is var found
            && !found.SequenceEqual(found.OrderBy(u => u.Kind).ThenBy(u => u.IsForeign).ThenBy(u => u.Name, StringComparer.OrdinalIgnoreCase)));

    private static Func<string, bool> Uses(params string[] namespaces) =>
        code => namespaces.Any(n => code.Contains($"using SsmDsl.{n};", StringComparison.Ordinal));

    private static void AssertNone(IEnumerable<string> files, Func<string, bool> violates) =>
        Assert.Empty(files.Where(f => violates(File.ReadAllText(f))).Select(f => Path.GetRelativePath(Root, f)));

    private static string WithoutComments(string code) => Comment().Replace(code, "");

    private static IEnumerable<string> Sources(string folder) => Directory
        .EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal));

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "SsmDsl.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("SsmDsl.sln is not above the tests");
    }

    /// <summary>String literals with a statement or a declaration of C# in them.</summary>
    [GeneratedRegex("\"[^\"\n]*(public static |\\bfor \\(|\\breturn [^\"\n]*;|using System|namespace \\{)[^\"\n]*\"")]
    private static partial Regex StringWithCSharp();

    [GeneratedRegex("^using (?<static>static )?(?<alias>\\w+ = )?(?<name>[\\w.]+);", RegexOptions.Multiline)]
    private static partial Regex UsingDirective();

    [GeneratedRegex("^layer (\\w+)", RegexOptions.Multiline)]
    private static partial Regex LayerName();

    [GeneratedRegex("//[^\n]*|/\\*.*?\\*/", RegexOptions.Singleline)]
    private static partial Regex Comment();
}
