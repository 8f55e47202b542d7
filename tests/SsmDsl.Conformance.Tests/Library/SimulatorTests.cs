namespace SsmDsl.Conformance.Tests.Library;

/// <summary>
/// The same for a device that simulates each thread of a GPU by one of the system's: of the reference values one file for each
/// layer, gradients with the values that go with them, and values in chunks. The table of the library has all files, the whole
/// and steps for it too. Initial values are the processor's.
/// </summary>
public abstract class SimulatorTests(TargetDevice device) : ReferenceTests<OneForEachLayer>(device)
{
    public override void Values_agree(string name)
    {
        ReferenceCase test = ReferenceCase.Of(name);
        Agrees(LibraryRows.All.Single(r => r.Cases.Contains(name)).Unsteppable is null ? ReferenceChecks.BackwardValues(test, Device) : ReferenceChecks.Values(test, Device));
    }
}
