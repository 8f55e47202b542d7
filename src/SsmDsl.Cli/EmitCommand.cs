using System.CommandLine;
using SsmDsl.Cli.Compiling;
using SsmDsl.Compilation;

namespace SsmDsl.Cli;

/// <summary><c>ssm emit FILES… -o DIR</c>: the C# that a build would compile.</summary>
internal static class EmitCommand
{
    public static Command Create()
    {
        Argument<string[]> files = Project.FilesArgument();
        var folder = new Option<string>("--output", "-o") { Description = "Folder for the C# files", HelpName = "DIR", Required = true };
        var space = new Option<string>("--namespace") { Description = "Namespace of models whose file names none", DefaultValueFactory = _ => "" };
        var precision = new Option<string>("--precision") { Description = "Type of reals", DefaultValueFactory = _ => "f32" };
        precision.AcceptOnlyFromAmong("f32", "f64", "both");
        Option<bool> precise = Kernels.Precise.Option();
        var command = new Command("emit", "Writes the C# that a build would compile.") { files, folder, space, precision, precise };
        command.SetAction((parsed, cancellation) =>
        {
            Project project = Project.Read(parsed.GetRequiredValue(files)).RequireNoErrors();
            var options = new CompilerOptions
            {
                Precision = CompilerOptions.ParsePrecision(parsed.GetValue(precision))!.Value,
                Precise = parsed.GetValue(precise),
                RootNamespace = parsed.GetValue(space)!,
            };
            CompilationResult result = SsmCompiler.Compile(project.Files, options, cancellation);
            foreach (Finding error in Finding.Of(result.Diagnostics, false).Where(f => f.Severity == Diagnostics.Severity.Error)) Console.Error.WriteLine(error);
            if (result.HasErrors) return Task.FromResult(ExitCode.Findings);
            string target = parsed.GetRequiredValue(folder);
            Directory.CreateDirectory(target);
            foreach (EmittedFile file in result.Files) OutputFile.Write(Path.Combine(target, file.HintName), file.Text);
            return Task.FromResult(ExitCode.Good);
        });
        return command;
    }
}
