using System.Diagnostics;
using SsmDsl.Bench.Peers.Onnx;
using SsmDsl.Bench.Peers.Torch;

namespace SsmDsl.Bench.Peers;

/// <summary>The libraries, and what is prepared to be timed.</summary>
/// <param name="threads">That each may use.</param>
internal sealed class PeerSet(int threads) : IDisposable
{
    private readonly Dictionary<string, IFormulation> prepared = [];

    /// <summary>Prepares a phase of a workload. Of several formulations, the fastest one here stays.</summary>
    /// <returns>By library null, or why it cannot be run.</returns>
    public Dictionary<string, string?> Prepare(string workload, string phase)
    {
        Leave();
        var found = new Dictionary<string, string?>();
        Try("libtorch", () => TorchCatalog.Of(workload, phase, threads), found);
        Try("onnxruntime", () => OnnxCatalog.Of(workload, phase, threads), found);
        return found;
    }

    public Action Prepared(string peer) => prepared[peer].Run;

    public void Leave()
    {
        foreach (IFormulation formulation in prepared.Values) formulation.Dispose();
        prepared.Clear();
    }

    public void Dispose() => Leave();

    private void Try(string peer, Func<IReadOnlyList<Func<IFormulation>>> formulations, Dictionary<string, string?> found)
    {
        try
        {
            IFormulation? best = null;
            double fastest = double.PositiveInfinity;
            foreach (Func<IFormulation> create in formulations())
            {
                IFormulation candidate = create();
                double time = Time(candidate);
                if (time < fastest)
                {
                    best?.Dispose();
                    (best, fastest) = (candidate, time);
                }
                else
                {
                    candidate.Dispose();
                }
            }

            if (best is null) return;
            prepared[peer] = best;
            found[peer] = null;
        }
        catch (Exception e)
        {
            // A library that cannot be loaded says so in several layers; the innermost one is the cause.
            Exception cause = e;
            while (cause.InnerException is { } inner) cause = inner;
            found[peer] = cause.Message.ReplaceLineEndings(" ");
        }
    }

    /// <summary>Runs until it is clear enough which formulation is the faster one; the first run is slower than later ones.</summary>
    private static double Time(IFormulation formulation)
    {
        double best = double.PositiveInfinity, total = 0;
        for (int i = 0; i < 6 && (i < 2 || total < 300); i++)
        {
            long started = Stopwatch.GetTimestamp();
            formulation.Run();
            double time = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            total += time;
            best = Math.Min(best, time);
        }

        return best;
    }
}
