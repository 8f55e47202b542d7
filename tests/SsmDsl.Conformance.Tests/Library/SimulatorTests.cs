namespace SsmDsl.Conformance.Tests.Library;

/// <summary>
/// The same for a device that simulates each thread of a GPU by one of the system's: of the reference values those of the usual
/// length, whole and in chunks. The table of the library has all lengths, and steps, for it too. Initial values are the processor's.
/// </summary>
public abstract class SimulatorTests(TargetDevice device) : ReferenceTests<UsualLength>(device);
