using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using SsmDsl.Cli.Compiling;
using SsmDsl.Cli.Describing;
using SsmDsl.Cli.Kernels;
using SsmDsl.Compilation;
using SsmDsl.Emit;
using SsmDsl.Ir;
using SsmDsl.Programs;
using SsmDsl.Semantics;

namespace SsmDsl.Cli;

/// <summary><c>ssm describe FILES… --model M [--length T] [--batch B] [--device D] [--json]</c>: what a model is made of and what it costs.</summary>
internal static class DescribeCommand
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static Command Create()
    {
        Argument<string[]> files = Project.FilesArgument();
        Option<string?> model = Project.ModelOption();
        var length = new Option<long>("--length") { Description = "Length of a sequence, for costs", HelpName = "T", DefaultValueFactory = _ => 1024 };
        var batch = new Option<long>("--batch") { Description = "Number of sequences, for costs", HelpName = "B", DefaultValueFactory = _ => 1 };
        var precision = new Option<string>("--precision") { Description = "Type of reals, for memory", DefaultValueFactory = _ => "f32" };
        precision.AcceptOnlyFromAmong("f32", "f64");
        var device = new Option<string>("--device") { Description = "Also the kernels and launches of a GPU: cuda, ilgpu-cpu", DefaultValueFactory = _ => "cpu" };
        device.AcceptOnlyFromAmong(KernelTarget.Words);
        var json = new Option<bool>("--json") { Description = "Print a JSON object instead of text" };
        var command = new Command("describe", "Tells what a model is made of: layers, shapes, parameters, recurrences, and what it costs to run.")
        {
            files, model, length, batch, precision, device, json,
        };
        command.SetAction((parsed, cancellation) =>
        {
            (long sequences, long positions) = (parsed.GetValue(batch), parsed.GetValue(length));
            if (sequences < 1) throw new UsageException("--batch needs at least one sequence");
            if (positions < 0) throw new UsageException("--length cannot be negative");
            CheckedModel checkedModel = Project.Read(parsed.GetRequiredValue(files)).RequireNoErrors().Model(parsed.GetValue(model));
            ModelGraph graph = Pipeline.Default.Expand(checkedModel);
            RealType real = parsed.GetValue(precision) == "f64" ? RealType.Float64 : RealType.Float32;
            ModelDefinition definition = CompiledPrograms.Of(
                graph, real, g => [g.Initialise, g.Compiled.Forward, g.Compiled.LongForward, g.Compiled.Backward], KernelTarget.Cpu, precise: false, AssemblyCache.OfUser(), cancellation);
            using Device cpu = Device.Cpu();
            using var engine = new ModelEngine(definition, cpu);
            engine.Initialise(0);
            ModelDescription description = Describer.Of(checkedModel, graph, engine, sequences, positions);
            if (parsed.GetValue(device) != KernelTarget.Cpu.Word)
                description = description with { Device = DeviceKernels.Of(graph, real, d => d.Equals(DimSymbol.Batch) ? sequences : positions, cancellation) };
            if (parsed.GetValue(json)) Console.Out.WriteLine(JsonSerializer.Serialize(description, Json));
            else DescriptionText.Write(description, Console.Out);
            return Task.FromResult(ExitCode.Good);
        });
        return command;
    }
}
