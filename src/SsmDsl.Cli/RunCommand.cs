using System.CommandLine;
using SsmDsl.Cli.Compiling;
using SsmDsl.Cli.Kernels;
using SsmDsl.Cli.Running;
using SsmDsl.Cli.Tensors;
using SsmDsl.Compilation;
using SsmDsl.Ir;

namespace SsmDsl.Cli;

/// <summary><c>ssm run FILES… --model M --weights W --inputs I --out O …</c>: outputs, and with <c>--grad</c> loss, metrics and gradients.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        Argument<string[]> files = Project.FilesArgument();
        Option<string?> model = Project.ModelOption();
        var weights = new Option<string>("--weights") { Description = "Parameters (safetensors)", HelpName = "FILE", Required = true };
        var inputs = new Option<string>("--inputs") { Description = "Inputs and targets by name, the batch axis in front (safetensors)", HelpName = "FILE", Required = true };
        var output = new Option<string>("--out") { Description = "Results (safetensors)", HelpName = "FILE", Required = true };
        var gradients = new Option<bool>("--grad") { Description = "Also the loss, metrics, and gradients of parameters and inputs" };
        var precision = new Option<string?>("--precision") { Description = "Type of reals: f32 (the reference device: f64) or f64", HelpName = "f32|f64" };
        precision.AcceptOnlyFromAmong("f32", "f64");
        var device = new Option<string>("--device") { Description = "Where it runs", DefaultValueFactory = _ => "cpu" };
        device.AcceptOnlyFromAmong([.. KernelTarget.Words, "reference"]);
        Option<bool> precise = Precise.Option();
        var training = new Option<bool>("--training") { Description = "Run as in training (with --seed and --step)" };
        var seed = new Option<ulong>("--seed") { Description = "Seed of random numbers", HelpName = "S" };
        var step = new Option<ulong>("--step") { Description = "Training step, for random numbers", HelpName = "K" };
        var chunk = new Option<long?>("--chunk") { Description = "Run in chunks of N positions with the state carried over; 1: step by step", HelpName = "N" };
        var command = new Command("run", "Runs a model on tensors in files.")
        {
            files, model, weights, inputs, output, gradients, precision, precise, device, training, seed, step, chunk,
        };
        command.SetAction((parsed, cancellation) =>
        {
            KernelTarget? target = parsed.GetValue(device) is "reference" or null ? null : KernelTarget.Of(parsed.GetValue(device)!);
            Storage real = (parsed.GetValue(precision) ?? (target is null ? "f64" : "f32")) == "f64" ? Storage.F64 : Storage.F32;
            bool inTraining = parsed.GetValue(training);
            if (!inTraining && parsed.GetValue(step) != 0) throw new UsageException("--step is the step of a training run: give --training too");
            var request = new RunRequest(parsed.GetValue(gradients), inTraining, parsed.GetValue(seed), parsed.GetValue(step), parsed.GetValue(chunk), real, target) { Precise = Precise.Of(parsed.GetValue(precise), real == Storage.F64, target) };
            if (request.Chunk is { } n && n < 1) throw new UsageException("--chunk needs at least one position");
            if (request.Chunk is not null && request.Gradients) throw new UsageException("--chunk and --grad do not go together");

            Project project = Project.Read(parsed.GetRequiredValue(files)).RequireNoErrors();
            ModelGraph graph = Pipeline.Default.Expand(project.Model(parsed.GetValue(model)));
            Require(graph, request);
            cancellation.ThrowIfCancellationRequested();
            RunTensors tensors = RunTensors.Bind(
                graph.Signature,
                TensorFile.Read(parsed.GetRequiredValue(inputs)),
                TensorFile.Read(parsed.GetRequiredValue(weights)),
                request.Gradients,
                real);
            Dictionary<string, HostTensor> results = target is null
                ? ReferenceRun.Run(graph, tensors, request, cancellation)
                : CompiledRun.Run(graph, tensors, request, cancellation);
            cancellation.ThrowIfCancellationRequested();
            TensorFile.Write(parsed.GetRequiredValue(output), results);
            return Task.FromResult(ExitCode.Good);
        });
        return command;
    }

    private static void Require(ModelGraph graph, RunRequest request)
    {
        ModelSignature signature = graph.Signature;
        if (request.Gradients && graph.Backward is null) throw new UsageException($"model {signature.Name} has no loss, so there is nothing to differentiate");
        if (request.Chunk is null || signature.StreamDimension is not null) return;
        throw new UsageException(
            $"model {signature.Name} cannot run in chunks"
            + (signature.NotSteppable is { } why ? $": SSM0304: {why.Reason} at {why.Place}" : ": it has no sequence dimension"));
    }
}
