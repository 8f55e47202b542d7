using System.CommandLine;
using System.Reflection;
using System.Text.RegularExpressions;
using SsmDsl.Text;

namespace SsmDsl.Cli;

/// <summary><c>ssm std [NAME]</c>: the names of the library's files, or the file that is, or declares, NAME.</summary>
internal static class StdCommand
{
    private const string Prefix = "std/";

    public static Command Create()
    {
        var name = new Argument<string?>("NAME") { Description = "A file or declaration of the standard library", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("std", "Prints a file of the standard library, or the names of all.") { name };
        command.SetAction(parsed =>
        {
            SortedDictionary<string, string> library = Library();
            if (parsed.GetValue(name) is not { } wanted)
            {
                foreach (string file in library.Keys) Console.Out.WriteLine(file);
                return ExitCode.Good;
            }

            Console.Out.Write(Find(library, wanted) ?? throw new UsageException($"the standard library has no '{wanted}'; 'ssm std' lists its files"));
            return ExitCode.Good;
        });
        return command;
    }

    private static string? Find(SortedDictionary<string, string> library, string wanted)
    {
        string stem = Path.GetFileNameWithoutExtension(wanted);
        string? file = library.Keys.FirstOrDefault(k => k == stem) ?? library.Keys.FirstOrDefault(k => k.Equals(stem, StringComparison.OrdinalIgnoreCase));
        if (file is not null) return library[file];
        var declaration = new Regex($@"^\s*(layer|model|fn|const)\s+{Regex.Escape(wanted)}\b", RegexOptions.Multiline);
        return library.Values.FirstOrDefault(text => declaration.IsMatch(text));
    }

    private static SortedDictionary<string, string> Library()
    {
        Assembly parser = typeof(SourceFile).Assembly;
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string resource in parser.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(parser.GetManifestResourceStream(resource)!);
            files[Path.GetFileNameWithoutExtension(resource[Prefix.Length..])] = reader.ReadToEnd();
        }

        return files;
    }
}
