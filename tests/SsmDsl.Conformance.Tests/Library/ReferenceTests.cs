namespace SsmDsl.Conformance.Tests.Library;

/// <summary>
/// Every layer of the library gives the values, losses and gradients that float64 PyTorch gave for the published equations, as
/// a whole, in chunks and step by step.
/// </summary>
/// <typeparam name="TFiles">Which of the reference values are compared.</typeparam>
public abstract class ReferenceTests<TFiles>(TargetDevice device) : IDeviceTests
    where TFiles : IReferenceFiles
{
    public TargetDevice Device => device;

    public static TheoryData<string> Cases => [.. LibraryRows.All.SelectMany(r => r.Files).Where(TFiles.Includes)];

    [Theory]
    [MemberData(nameof(Cases))]
    public virtual void Values_agree(string name) => Agrees(ReferenceChecks.Values(ReferenceCase.Of(name), device));

    [Theory]
    [MemberData(nameof(Cases))]
    public virtual void Gradients_agree(string name) => Agrees(ReferenceChecks.Gradients(ReferenceCase.Of(name), device));

    [Theory]
    [MemberData(nameof(Cases))]
    public virtual void Chunks_agree(string name) => Agrees(ReferenceChecks.Chunks(ReferenceCase.Of(name), device));

    protected static void Agrees(IReadOnlyList<string> problems) => Assert.True(problems.Count == 0, string.Join("; ", problems));
}

/// <summary>Some of the files with reference values.</summary>
public interface IReferenceFiles
{
    /// <param name="name">Without the extension; those of an unusual length have it in their names, after a point.</param>
    static abstract bool Includes(string name);
}

public sealed class AllLengths : IReferenceFiles
{
    public static bool Includes(string name) => true;
}

/// <summary>One for each layer, of the usual length: further ones differ in options and in lengths, and models are made of layers.</summary>
public sealed class OneForEachLayer : IReferenceFiles
{
    public static bool Includes(string name) => LibraryRows.All.Any(r => r.Cases[0] == name && !r.IsModel);
}
