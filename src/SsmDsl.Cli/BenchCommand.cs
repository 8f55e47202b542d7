using System.CommandLine;
using SsmDsl.Cli.Benchmarking;
using SsmDsl.Cli.Compiling;
using SsmDsl.Cli.Kernels;
using SsmDsl.Compilation;
using SsmDsl.Emit;
using SsmDsl.Ir;
using SsmDsl.Programs;

namespace SsmDsl.Cli;

/// <summary><c>ssm bench FILES… --model M --batch B --length T …</c>: how fast a model runs here, and where its time goes.</summary>
internal static class BenchCommand
{
    public static Command Create()
    {
        Argument<string[]> files = Project.FilesArgument();
        Option<string?> model = Project.ModelOption();
        var batch = new Option<long>("--batch") { Description = "Number of sequences", HelpName = "B", DefaultValueFactory = _ => 1 };
        var length = new Option<long>("--length") { Description = "Length of a sequence", HelpName = "T", DefaultValueFactory = _ => 1024 };
        var mode = new Option<string?>("--mode") { Description = "What is run (all that the model has, unless given); backward is forward and backward together", HelpName = "forward|backward|step|train" };
        mode.AcceptOnlyFromAmong("forward", "backward", "step", "train");
        var threads = new Option<int>("--threads") { Description = "Threads of the device cpu (one for each processor, unless given)", HelpName = "N" };
        var device = new Option<string>("--device") { Description = "Where it runs", DefaultValueFactory = _ => "cpu" };
        device.AcceptOnlyFromAmong(KernelTarget.Words);
        var precision = new Option<string>("--precision") { Description = "Type of reals", HelpName = "f32|f64", DefaultValueFactory = _ => "f32" };
        precision.AcceptOnlyFromAmong("f32", "f64");
        Option<bool> precise = Precise.Option();
        var seconds = new Option<double>("--seconds") { Description = "How long each mode is measured", HelpName = "S", DefaultValueFactory = _ => 1 };
        var json = new Option<bool>("--json") { Description = "Print a JSON object instead of text" };
        var command = new Command("bench", "Measures a model on random input: times, shares of the machine's rates, and of each kernel in the time.")
        {
            files, model, batch, length, mode, threads, device, precision, precise, seconds, json,
        };
        command.SetAction((parsed, cancellation) =>
        {
            if (parsed.GetValue(batch) < 1) throw new UsageException("--batch needs at least one sequence");
            if (parsed.GetValue(length) < 0) throw new UsageException("--length cannot be negative");
            if (parsed.GetValue(threads) is < 0 or > 1024) throw new UsageException("--threads is a number from 1 to 1024");
            if (!(parsed.GetValue(seconds) > 0 && parsed.GetValue(seconds) < 3600)) throw new UsageException("--seconds is a number above 0");
            KernelTarget target = KernelTarget.Of(parsed.GetRequiredValue(device));
            if (target != KernelTarget.Cpu && parsed.GetValue(threads) != 0) throw new UsageException($"--threads is for the device {KernelTarget.Cpu.Word}");

            ModelGraph graph = Pipeline.Default.Expand(Project.Read(parsed.GetRequiredValue(files)).RequireNoErrors().Model(parsed.GetValue(model)));
            var request = new BenchRequest(
                parsed.GetValue(batch), parsed.GetValue(length), Modes(graph, parsed.GetValue(mode)), TimeSpan.FromSeconds(parsed.GetValue(seconds)));
            RealType real = parsed.GetValue(precision) == "f64" ? RealType.Float64 : RealType.Float32;
            bool isPrecise = Precise.Of(parsed.GetValue(precise), real == RealType.Float64, target);
            using Device opened = target == KernelTarget.Cpu ? Device.Cpu(parsed.GetValue(threads)) : target.Open();
            ModelDefinition definition = CompiledPrograms.Of(graph, real, g => [g.Initialise, .. Programs(g, request.Modes)], target, isPrecise, AssemblyCache.OfUser(), cancellation);
            void Begin(string what)
            {
                if (!Console.IsErrorRedirected) Console.Error.WriteLine($"ssm: measuring {what}");
            }

            BenchResult result = new Bench(graph, definition, opened, request).Run(Begin, cancellation);
            if (parsed.GetValue(json)) BenchReport.WriteJson(result, Console.Out);
            else BenchReport.WriteText(result, Console.Out);
            return Task.FromResult(ExitCode.Good);
        });
        return command;
    }

    /// <summary>Those that are asked for, or all that the model has.</summary>
    private static BenchMode[] Modes(ModelGraph graph, string? wanted)
    {
        string name = graph.Signature.Name;
        bool canStep = graph.Signature.StreamDimension is not null, canTrain = graph.Backward is not null;
        if (wanted is null) return [BenchMode.Forward, BenchMode.Backward, .. canStep ? [BenchMode.Step] : Array.Empty<BenchMode>(), .. canTrain ? [BenchMode.Train] : Array.Empty<BenchMode>()];
        BenchMode mode = Enum.Parse<BenchMode>(wanted, ignoreCase: true);
        if (mode == BenchMode.Train && !canTrain) throw new UsageException($"model {name} has no loss, so there is nothing to train");
        if (mode == BenchMode.Step && !canStep)
        {
            throw new UsageException(
                $"model {name} does not run step by step" + (graph.Signature.NotSteppable is { } why ? $": SSM0304: {why.Reason} at {why.Place}" : ": it has no sequence dimension"));
        }

        return [mode];
    }

    private static IEnumerable<GraphProgram?> Programs(ModelGraph graph, IReadOnlyList<BenchMode> modes)
    {
        // Ranges of ints are known from forward's checks.
        yield return graph.Compiled.Forward;
        yield return graph.Compiled.LongForward;
        if (modes.Any(m => m is BenchMode.Backward or BenchMode.Train)) yield return graph.Compiled.Backward ?? graph.Compiled.VectorJacobian;
    }
}
