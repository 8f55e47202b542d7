namespace SsmDsl.Bench.Peers;

/// <summary>A workload as one library's user would write it for speed, with its data.</summary>
internal interface IFormulation : IDisposable
{
    /// <summary>Runs it once.</summary>
    void Run();
}
