using SsmDsl.Memory;
using SsmDsl.Programs;

namespace SsmDsl.Models;

/// <summary>
/// What a program computes from parameters alone, for all its runs. Parameters do not change while anything runs; the first run
/// after a change renews the values, and those that start beside it wait for that.
/// </summary>
internal sealed unsafe class PreparedValues : IDisposable
{
    private readonly Lock gate = new();
    private readonly ProgramHost host;
    private readonly ArenaPlan plan;
    private readonly NativeBlock block;
    private long version = -1;

    public PreparedValues(ProgramHost host)
    {
        this.host = host;

        // Their sizes do not depend on those of a run.
        plan = host.MakePlan(new nint[host.Engine.Definition.Dynamic.Length], ArenaContent.Prepared);
        block = new NativeBlock(host.Engine.Device.Memory, plan.Bytes);
    }

    /// <summary>Enters the addresses of the program's prepared buffers.</summary>
    public void Place(Span<nint> buffers)
    {
        for (int i = 0; i < plan.Offsets.Length; i++)
        {
            if (plan.Offsets[i] != ArenaPlan.Absent) buffers[i] = (nint)(block.Pointer + plan.Offsets[i]);
        }
    }

    /// <summary>Makes the values those of the present parameters.</summary>
    /// <param name="run">A run that holds the model and has these buffers.</param>
    public void Renew(in ProgramRun run)
    {
        long present = host.Engine.Store.Version();
        if (Volatile.Read(ref version) == present) return;
        lock (gate)
        {
            if (version == present) return;
            host.Program.Run(run with { Prepares = true });
            Volatile.Write(ref version, present);
        }
    }

    public void Dispose() => block.Dispose();
}
