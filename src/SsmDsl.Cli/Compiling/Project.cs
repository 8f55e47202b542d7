using System.CommandLine;
using System.CommandLine.Parsing;
using SsmDsl.Compilation;
using SsmDsl.Diagnostics;
using SsmDsl.Semantics;
using SsmDsl.Text;

namespace SsmDsl.Cli.Compiling;

/// <summary>The sources of a command line and what the front end says of them.</summary>
internal sealed record Project(IReadOnlyList<SourceFile> Files, CheckedProgram Program, IReadOnlyList<Finding> Findings)
{
    /// <summary>The argument <c>FILES…</c>, the same for all commands.</summary>
    public static Argument<string[]> FilesArgument()
    {
        var files = new Argument<string[]>("FILES")
        {
            Description = ".ssm files, folders with such files, or - for standard input",
            Arity = ArgumentArity.OneOrMore,
        };

        // What looks like an option but is none would be taken for a file.
        files.Validators.Add(found =>
        {
            foreach (Token odd in found.Tokens.Where(t => t.Value.StartsWith('-') && t.Value.Length > 1)) found.AddError($"there is no option '{odd.Value}'");
        });
        return files;
    }

    public static Option<bool> WarningsOption() => new("--warnaserror") { Description = "Treat warnings as errors" };

    public static Option<string?> ModelOption() => new("--model")
    {
        Description = "The model's name (may be left out where there is only one)",
        HelpName = "M",
    };

    public bool HasErrors => Findings.Any(f => f.Severity == Severity.Error);

    public static Project Read(string[] names, bool warningsAreErrors = false)
    {
        List<SourceFile> files = SourceReader.Read(names);
        CheckedProgram program = Pipeline.Default.Check(files);
        return new Project(files, program, Finding.Of(program.Diagnostics, warningsAreErrors));
    }

    /// <summary>Writes errors to standard error and stops if there are any; warnings are not the matter of a run.</summary>
    public Project RequireNoErrors()
    {
        foreach (Finding error in Findings.Where(f => f.Severity == Severity.Error)) Console.Error.WriteLine(error);
        return HasErrors ? throw new FindingsException() : this;
    }

    /// <summary>The model with this name, or the only one.</summary>
    public CheckedModel Model(string? name)
    {
        CheckedModel[] found =
        [
            .. Program.Models.Where(m => !m.NameSpan.File.IsLibrary)
                .Where(m => name is null || m.Name == name || $"{m.Namespace}.{m.Name}" == name),
        ];
        string known = string.Join(", ", Program.Models.Where(m => !m.NameSpan.File.IsLibrary).Select(m => m.Name));
        return found switch
        {
            [var one] => one,
            [] when name is null => throw new UsageException("the files contain no model"),
            [] => throw new UsageException($"there is no model '{name}'; the files contain {(known.Length == 0 ? "none" : known)}"),
            _ when name is null => throw new UsageException($"the files contain several models; choose one with --model: {known}"),
            _ => throw new UsageException($"several models are called '{name}'; give its namespace too"),
        };
    }
}
