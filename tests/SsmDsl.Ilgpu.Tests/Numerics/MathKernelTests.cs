using System.Reflection;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime.Cuda;

namespace SsmDsl.Ilgpu.Tests.Numerics;

public sealed class MathKernelTests
{
    /// <summary>Every function of the device compiles for both architectures, and needs nothing that is not in the kernel.</summary>
    [Theory]
    [InlineData(80)]
    [InlineData(90)]
    public void Kernels_compile_to_PTX_without_outside_functions(int architecture)
    {
        using Context context = Context.Create(builder => builder.Optimize(OptimizationLevel.O2));
        using var backend = new PTXBackend(context, architecture == 80 ? CudaArchitecture.SM_80 : CudaArchitecture.SM_90, CudaInstructionSet.ISA_80, null!);
        foreach (MethodInfo kernel in typeof(MathKernels).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
        {
            var compiled = (PTXCompiledKernel)backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(kernel), default);
            if (Environment.GetEnvironmentVariable("SSM_PTX_FOLDER") is { } folder) File.WriteAllText(Path.Combine(folder, $"{kernel.Name}.{architecture}.ptx"), compiled.PTXAssembly);
            Assert.DoesNotContain(".extern", compiled.PTXAssembly, StringComparison.Ordinal);
            Assert.DoesNotContain(".local", compiled.PTXAssembly, StringComparison.Ordinal);
        }
    }
}
