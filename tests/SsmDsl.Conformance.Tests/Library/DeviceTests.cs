namespace SsmDsl.Conformance.Tests.Library;

/// <summary>All reference values of the library on a device, and its layers start where they should.</summary>
public abstract class DeviceTests(TargetDevice device) : ReferenceTests<AllLengths>(device)
{
    public static TheoryData<string> Layers => [.. LibraryRows.All.Where(r => r.Cells.Contains(Check.Initial)).Select(r => r.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Steps_agree(string name) => Agrees(ReferenceChecks.Steps(ReferenceCase.Of(name), Device));

    [Theory]
    [MemberData(nameof(Layers))]
    public void Initial_values_agree(string layer) => Agrees(InitialChecks.Of(LibraryRows.All.Single(r => r.Name == layer), Device));
}
