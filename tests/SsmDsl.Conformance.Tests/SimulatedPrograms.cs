namespace SsmDsl.Conformance.Tests;

/// <summary>
/// Tests on the simulator run one after the other: its threads, one of the system's for each of a GPU's, wait at barriers, and two
/// simulators beside each other take far longer than one after the other.
/// </summary>
[CollectionDefinition(Name)]
public sealed class Simulator
{
    public const string Name = "simulator";
}

/// <summary>The programs of <see cref="Programs"/> in kernels for a GPU.</summary>
[Collection(Simulator.Name)]
public sealed class SimulatedPrograms
{
    [Theory]
    [MemberData(nameof(Programs.Names), MemberType = typeof(Programs))]
    public void Kernels_for_a_GPU_agree_with_the_interpreter(string name)
    {
        using var run = new ProgramRun(Path.Combine(Programs.Folder, name + ".ssm"), seed: 3);
        Dictionary<string, TensorData> reference = run.Run("--grad", "--device", "reference");
        Programs.AssertClose(reference, run.Run("--grad", "--device", "ilgpu-cpu", "--precision", "f64"), 1e-10);
    }
}
