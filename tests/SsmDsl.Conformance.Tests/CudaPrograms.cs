using SsmDsl.Tests.Shared;

namespace SsmDsl.Conformance.Tests;

/// <summary>The programs of <see cref="Programs"/> on a GPU, where one is at hand.</summary>
[Collection(CudaGpu.Collection)]
public sealed class CudaPrograms
{
    [CudaTheory]
    [MemberData(nameof(Programs.Names), MemberType = typeof(Programs))]
    public void Programs_agree_with_the_interpreter(string name)
    {
        using var run = new ProgramRun(Path.Combine(Programs.Folder, name + ".ssm"), seed: 3);
        Dictionary<string, TensorData> reference = run.Run("--grad", "--device", "reference");
        Programs.AssertClose(reference, run.Run("--grad", "--device", "cuda", "--precision", "f64"), 1e-10);
        Programs.AssertClose(reference, run.Run("--grad", "--device", "cuda", "--precision", "f32"), 2e-4);
    }
}
