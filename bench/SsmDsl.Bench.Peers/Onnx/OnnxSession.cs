using Microsoft.ML.OnnxRuntime;

namespace SsmDsl.Bench.Peers.Onnx;

/// <summary>A graph in a session, with memory for inputs and outputs bound once.</summary>
internal sealed class OnnxSession : IFormulation
{
    private readonly InferenceSession session;
    private readonly OrtIoBinding binding;
    private readonly RunOptions options = new();

    public OnnxSession(OnnxGraph graph, int threads)
    {
        using var settings = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
        };

        // Its threads must not spin while others are measured.
        settings.AddSessionConfigEntry("session.force_spinning_stop", "1");
        session = new InferenceSession(graph.ToModel(), settings);
        binding = session.CreateIoBinding();
        var random = new Random(2);
        foreach ((string name, long[] shape, bool isInt) in graph.Inputs)
        {
            long count = shape.Aggregate(1L, (a, b) => a * b);
            if (isInt) binding.BindInput(name, OrtValue.CreateTensorValueFromMemory(new long[count], shape));
            else binding.BindInput(name, OrtValue.CreateTensorValueFromMemory(Enumerable.Range(0, (int)count).Select(_ => random.NextSingle() - 0.5f).ToArray(), shape));
        }

        foreach (string name in graph.Outputs) binding.BindOutputToDevice(name, OrtMemoryInfo.DefaultInstance);
    }

    public void Run() => session.RunWithBinding(options, binding);

    public void Dispose()
    {
        binding.Dispose();
        session.Dispose();
        options.Dispose();
    }
}
