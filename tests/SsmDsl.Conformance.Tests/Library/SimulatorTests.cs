namespace SsmDsl.Conformance.Tests.Library;

/// <summary>
/// The same as <see cref="DeviceTests"/> for a device that simulates each thread of a GPU by one of the system's: of the reference
/// values those of the usual length. The table of the library has all lengths for it too.
/// </summary>
public abstract class SimulatorTests(TargetDevice device) : IDeviceTests
{
    public TargetDevice Device => device;

    /// <summary>Files of other lengths have them in their names.</summary>
    public static TheoryData<string> Cases => [.. LibraryRows.All.SelectMany(r => r.Files).Where(f => !f.Contains('.', StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Values_agree(string name) => Agrees(ReferenceChecks.Values(ReferenceCase.Of(name), device));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_agree(string name) => Agrees(ReferenceChecks.Gradients(ReferenceCase.Of(name), device));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Chunks_agree(string name) => Agrees(ReferenceChecks.Chunks(ReferenceCase.Of(name), device));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Steps_agree(string name) => Agrees(ReferenceChecks.Steps(ReferenceCase.Of(name), device));

    private static void Agrees(IReadOnlyList<string> problems) => Assert.True(problems.Count == 0, string.Join("; ", problems));
}
