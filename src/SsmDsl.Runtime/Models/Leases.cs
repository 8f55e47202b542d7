namespace SsmDsl.Models;

/// <summary>Holds a model for a run, from its construction to its disposal.</summary>
internal readonly ref struct RunLease
{
    private readonly RunGate gate;

    public RunLease(RunGate gate)
    {
        this.gate = gate;
        gate.EnterRun();
    }

    public void Dispose() => gate.ExitRun();
}

/// <summary>Holds a model alone, from its construction to its disposal.</summary>
internal readonly ref struct ChangeLease
{
    private readonly RunGate gate;

    public ChangeLease(RunGate gate, string what)
    {
        this.gate = gate;
        gate.EnterChange(what);
    }

    public void Dispose() => gate.ExitChange();
}
