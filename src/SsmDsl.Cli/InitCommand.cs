using System.CommandLine;
using SsmDsl.Cli.Compiling;
using SsmDsl.Cli.Kernels;
using SsmDsl.Cli.Running;
using SsmDsl.Cli.Tensors;
using SsmDsl.Compilation;

namespace SsmDsl.Cli;

/// <summary><c>ssm init FILES… --model M --seed S --out W</c>: parameters as the initialisers give them.</summary>
internal static class InitCommand
{
    public static Command Create()
    {
        Argument<string[]> files = Project.FilesArgument();
        Option<string?> model = Project.ModelOption();
        var seed = new Option<ulong>("--seed") { Description = "Seed of random numbers", HelpName = "S" };
        var output = new Option<string>("--out") { Description = "The parameters (safetensors)", HelpName = "FILE", Required = true };
        var precision = new Option<string>("--precision")
        {
            Description = "Type of reals in the file (initialisers are evaluated in double precision)",
            DefaultValueFactory = _ => "f64",
        };
        precision.AcceptOnlyFromAmong("f32", "f64");
        var device = new Option<string>("--device") { Description = "Where the initialisers are evaluated: by the processor for every device but the reference", DefaultValueFactory = _ => "cpu" };
        device.AcceptOnlyFromAmong([.. KernelTarget.Words, "reference"]);
        var command = new Command("init", "Writes the parameters that the initialisers give.") { files, model, seed, output, precision, device };
        command.SetAction((parsed, cancellation) =>
        {
            Project project = Project.Read(parsed.GetRequiredValue(files)).RequireNoErrors();
            var graph = Pipeline.Default.Expand(project.Model(parsed.GetValue(model)));
            Storage real = parsed.GetValue(precision) == "f64" ? Storage.F64 : Storage.F32;
            Dictionary<string, HostTensor> values = parsed.GetValue(device) == "reference"
                ? ReferenceRun.Initialise(graph, parsed.GetValue(seed), real)
                : CompiledRun.Initialise(graph, parsed.GetValue(seed), real, cancellation);
            TensorFile.Write(parsed.GetRequiredValue(output), values);
            return Task.FromResult(ExitCode.Good);
        });
        return command;
    }
}
