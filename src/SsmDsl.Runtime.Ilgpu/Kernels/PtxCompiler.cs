using System.Reflection;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime.Cuda;

namespace SsmDsl.Ilgpu;

/// <summary>Compiles kernels to PTX for a GPU that need not be there, as a CUDA device does: for tests, and to look at what runs.</summary>
public sealed class PtxCompiler : IDisposable
{
    /// <summary>
    /// What ILGPU does to kernels. Not more than this: at O2 it marks branches of loops as taken by all threads of a warp alike
    /// where only the values that they compare look so, and not whether the threads came to them by the same way.
    /// </summary>
    public const OptimizationLevel Level = OptimizationLevel.O1;

    private const string KernelClass = "IlgpuKernels", KernelSuffix = "_kernel";

    private readonly Context context;
    private readonly PTXBackend backend;

    /// <param name="architecture">Compute capability times ten: 80 (A100), 90 (H100), …</param>
    /// <exception cref="ArgumentException">ILGPU does not know the architecture.</exception>
    public PtxCompiler(int architecture)
    {
        Architecture = architecture;
        CudaArchitecture target = architecture switch
        {
            70 => CudaArchitecture.SM_70,
            75 => CudaArchitecture.SM_75,
            80 => CudaArchitecture.SM_80,
            86 => CudaArchitecture.SM_86,
            89 => CudaArchitecture.SM_89,
            90 => CudaArchitecture.SM_90,
            _ => throw new ArgumentException($"compute capability {architecture / 10}.{architecture % 10} is not known here: 70, 75, 80, 86, 89, 90 are", nameof(architecture)),
        };
        context = Context.Create(builder => builder.Optimize(Level));
        backend = new PTXBackend(context, target, CudaInstructionSet.ISA_80, null!);
    }

    /// <summary>Compute capability times ten.</summary>
    public int Architecture { get; }

    /// <summary>All kernels of an assembly of generated code, in the order of its text.</summary>
    /// <exception cref="InvalidOperationException">One cannot be compiled. The compiler is unusable from then on: make a new one.</exception>
    public IReadOnlyList<PtxKernel> CompileAll(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        return
        [
            .. assembly.GetTypes()
                .Where(t => t.Name.EndsWith(KernelClass, StringComparison.Ordinal))
                .SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Static))
                .Where(m => m.Name.EndsWith(KernelSuffix, StringComparison.Ordinal))
                .OrderBy(m => m.MetadataToken)
                .Select(m => PtxKernel.Of(m.Name[..^KernelSuffix.Length], Compile(m))),
        ];
    }

    /// <summary>The PTX of a kernel: a static method that takes one struct, as a <see cref="Launcher"/> launches it.</summary>
    /// <exception cref="InvalidOperationException">It cannot be compiled. The compiler is unusable from then on: make a new one.</exception>
    public string Compile(MethodInfo kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        try
        {
            return ((PTXCompiledKernel)backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(kernel), default)).PTXAssembly;
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"kernel {kernel.DeclaringType?.FullName}.{kernel.Name} cannot be compiled: {e.GetBaseException().Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        backend.Dispose();
        context.Dispose();
    }
}
