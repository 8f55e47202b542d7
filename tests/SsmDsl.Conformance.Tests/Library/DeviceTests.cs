namespace SsmDsl.Conformance.Tests.Library;

/// <summary>
/// Every layer of the library gives the values, losses and gradients that float64 PyTorch gave for the published equations, as
/// a whole, in chunks and step by step, and starts where it should.
/// </summary>
public abstract class DeviceTests(TargetDevice device) : IDeviceTests
{
    public TargetDevice Device => device;

    public static TheoryData<string> Cases => [.. LibraryRows.All.SelectMany(r => r.Files)];

    public static TheoryData<string> Layers => [.. LibraryRows.All.Where(r => r.Cells.Contains(Check.Initial)).Select(r => r.Name)];

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

    [Theory]
    [MemberData(nameof(Layers))]
    public void Initial_values_agree(string layer) => Agrees(InitialChecks.Of(LibraryRows.All.Single(r => r.Name == layer), device));

    private static void Agrees(IReadOnlyList<string> problems) => Assert.True(problems.Count == 0, string.Join("; ", problems));
}
