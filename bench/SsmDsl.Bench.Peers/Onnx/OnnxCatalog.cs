namespace SsmDsl.Bench.Peers.Onnx;

/// <summary>What is written for ONNX Runtime: forward networks and steps; it has no gradients, and its Scan runs node by node.</summary>
internal static class OnnxCatalog
{
    /// <summary>Formulations of a phase; empty where there is none.</summary>
    public static IReadOnlyList<Func<IFormulation>> Of(string workload, string phase, int threads) => (workload, phase) switch
    {
        ("W4a", "forward") => [() => new OnnxSession(PerceptronGraph.Make(64, 256), threads)],
        ("W4b", "forward") => [() => new OnnxSession(PerceptronGraph.Make(256, 1024), threads)],
        ("W7a", _) => [() => new OnnxSession(DigitsStepGraph.Make(), 1), () => new OnnxSession(DigitsStepGraph.Make(), threads)],
        ("W7b", _) => [() => new OnnxSession(MambaStepGraph.Make(), threads)],
        _ => [],
    };
}
