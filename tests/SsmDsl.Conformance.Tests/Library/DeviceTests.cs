namespace SsmDsl.Conformance.Tests.Library;

/// <summary>All reference values of the library on a device.</summary>
public abstract class DeviceTests(TargetDevice device) : ReferenceTests<AllLengths>(device)
{
    [Theory]
    [MemberData(nameof(Cases))]
    public virtual void Steps_agree(string name) => Agrees(ReferenceChecks.Steps(ReferenceCase.Of(name), Device));
}

/// <summary>
/// And its layers start where they should. Initial values are computed in float64 by the processor, whatever device and precision
/// there are later, and by the interpreter: one device for each shows them.
/// </summary>
public abstract class StartingDeviceTests(TargetDevice device) : DeviceTests(device)
{
    public static TheoryData<string> Layers => [.. LibraryRows.All.Where(r => r.Cells.Contains(Check.Initial)).Select(r => r.Name)];

    [Theory]
    [MemberData(nameof(Layers))]
    public void Initial_values_agree(string layer) => Agrees(InitialChecks.Of(LibraryRows.All.Single(r => r.Name == layer), Device));
}
