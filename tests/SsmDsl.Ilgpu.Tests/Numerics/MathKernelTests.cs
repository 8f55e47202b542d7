using System.Reflection;
using SsmDsl.Ilgpu.Training;

namespace SsmDsl.Ilgpu.Tests.Numerics;

public sealed class MathKernelTests
{
    /// <summary>Every function of the device and every kernel of training compiles for both architectures, and needs nothing that is not in the kernel.</summary>
    [Theory]
    [InlineData(80)]
    [InlineData(90)]
    public void Kernels_compile_to_PTX_without_outside_functions(int architecture)
    {
        IEnumerable<MethodInfo> kernels = new[] { typeof(MathKernels), typeof(UpdateKernels<float, SingleReal>), typeof(UpdateKernels<double, DoubleReal>) }
            .SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly));
        using var compiler = new PtxCompiler(architecture);
        foreach (MethodInfo kernel in kernels)
        {
            string text = compiler.Compile(kernel);
            if (Environment.GetEnvironmentVariable("SSM_PTX_FOLDER") is { } folder) File.WriteAllText(Path.Combine(folder, $"{kernel.DeclaringType!.Name}.{kernel.Name}.{architecture}.ptx"), text);
            Assert.False(text.Contains(".extern", StringComparison.Ordinal), $"{kernel.Name} needs a function from outside");
            Assert.False(text.Contains(".local", StringComparison.Ordinal), $"{kernel.Name} needs local memory");
            Assert.DoesNotMatch("@[!%a-z0-9]+ bra\\.uni", text);
        }
    }
}
