using System.Reflection;
using SsmDsl.Emit;

namespace SsmDsl.Ilgpu.Tests.Ptx;

/// <summary>Every kernel of every example and test program can be loaded by a CUDA device, as far as that is known without one.</summary>
public sealed class EmittedKernelTests
{
    private static readonly string[] Folders = ["Vectors", "Programs", "Examples"];

    public static TheoryData<string> Files => [.. Folders.SelectMany(f => Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, f), "*.ssm", SearchOption.AllDirectories))
        .Select(p => Path.GetRelativePath(AppContext.BaseDirectory, p)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Kernels_compile_without_functions_from_elsewhere(string file)
    {
        foreach ((string model, Assembly kernels) in EmittedKernels.Of(Path.Combine(AppContext.BaseDirectory, file), RealType.Float32))
        {
            foreach (int architecture in new[] { 80, 90 })
            {
                using var compiler = new PtxCompiler(architecture);
                IReadOnlyList<PtxKernel> compiled = compiler.CompileAll(kernels);
                Assert.NotEmpty(compiled);
                Assert.All(compiled, k => Assert.True(k.Externals.Count == 0, $"{model}, {k.Name}: {string.Join(", ", k.Externals)}"));
            }
        }
    }

    [Fact]
    public void States_of_a_scan_lie_in_registers()
    {
        Assembly kernels = EmittedKernels.Of(Path.Combine(AppContext.BaseDirectory, "Bench", "Scans.ssm"), RealType.Float32, "SelectiveScan").Single().Kernels;
        using var compiler = new PtxCompiler(90);
        IReadOnlyList<PtxKernel> all = compiler.CompileAll(kernels);

        // The scan itself, what segments of it make of the states before them, and the same of its adjoint.
        foreach (string name in (string[])["h_y", "h_alone", "exp_A_alone"])
        {
            PtxKernel kernel = all.First(k => k.Name.StartsWith(name, StringComparison.Ordinal));
            Assert.Equal((0, 0), (kernel.LocalBytes, kernel.SharedBytes));
        }
    }
}
