using System.Reflection;
using SsmDsl.Emit;

namespace SsmDsl.Ilgpu.Tests.Ptx;

/// <summary>Every kernel of every example and test program can be loaded by a CUDA device, as far as that is known without one.</summary>
public sealed class EmittedKernelTests
{
    // Of a group, without asking for more
    private const int SharedBytes = 48 << 10;

    private static readonly string[] Folders = ["Vectors", "Programs", "Examples"];

    public static TheoryData<string> Files => [.. Folders.SelectMany(f => Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, f), "*.ssm", SearchOption.AllDirectories))
        .Select(p => Path.GetRelativePath(AppContext.BaseDirectory, p)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Kernels_compile_without_functions_from_elsewhere_and_without_local_memory(string file)
    {
        foreach ((string model, Assembly kernels) in EmittedKernels.Of(Path.Combine(AppContext.BaseDirectory, file), RealType.Float32))
        {
            foreach (int architecture in new[] { 80, 90 })
            {
                using var compiler = new PtxCompiler(architecture);
                IReadOnlyList<PtxKernel> compiled = compiler.CompileAll(kernels);
                Assert.NotEmpty(compiled);
                Assert.All(compiled, k => Assert.True(k.Externals.Count == 0, $"{model}, {k.Name}: {string.Join(", ", k.Externals)}"));
                Assert.All(compiled, k => Assert.True(k.LocalBytes == 0, $"{model}, {k.Name}: {k.LocalBytes} bytes of local memory"));
                Assert.All(compiled, k => Assert.InRange(k.SharedBytes, 0, SharedBytes));

                // Functions and divisions are ours or rounded right.
                Assert.All(compiled, k => Assert.DoesNotContain(".approx", k.Text, StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public void States_of_a_scan_lie_in_registers_and_on_the_way_back_in_shared_memory()
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

        // The way back, which computes the states of some steps again: 16 of them for each channel and step.
        Assert.All(all, k => Assert.Equal(0, k.LocalBytes));
        Assert.InRange(all.Max(k => k.SharedBytes), 4 * 32 * 16 * 8, SharedBytes);
    }
}
