using System.Reflection;
using System.Runtime.Loader;
using System.Security.Cryptography;
using System.Text;
using SsmDsl.Compilation;
using SsmDsl.Emit;
using SsmDsl.Ir;
using SsmDsl.Programs;

namespace SsmDsl.Cli.Kernels;

/// <summary>The programs of a model as machine code: emitted, compiled in memory (or taken from the cache), loaded.</summary>
internal static class CompiledPrograms
{
    /// <summary>A definition whose programs are those that <paramref name="wanted"/> chooses; the others cannot be run.</summary>
    public static ModelDefinition Of(
        ModelGraph graph, RealType real, Func<ModelGraph, IEnumerable<GraphProgram?>> wanted, AssemblyCache cache, CancellationToken cancellation)
    {
        GraphProgram[] programs = [.. wanted(graph).OfType<GraphProgram>()];
        string ClassOf(GraphProgram program) => $"Program{Array.IndexOf(programs, program)}";
        EmittedPrograms emitted = Pipeline.Default.EmitKernels(
            programs.Select(p => new NamedProgram(p, ClassOf(p), ReferenceEquals(p, graph.Initialise) ? RealType.Float64 : real)));
        cancellation.ThrowIfCancellationRequested();
        Assembly assembly = Load(ProgramFile.Of(emitted, "internal"), cache, cancellation);
        return Definitions.Of(graph, real == RealType.Float64 ? ElementKind.Float64 : ElementKind.Float32, program =>
            program is null ? null
            : Array.IndexOf(programs, program) < 0 ? AbsentProgram.Instance
            : (KernelProgram)Activator.CreateInstance(assembly.GetType($"{ProgramFile.Namespace}.{ClassOf(program)}", throwOnError: true)!)!);
    }

    private static Assembly Load(string text, AssemblyCache cache, CancellationToken cancellation)
    {
        string key = Key(text);
        byte[] image = cache.Get(key, () => CSharpCompiler.Compile(text, $"Kernels_{key}", cancellation));
        return new AssemblyLoadContext(key).LoadFromStream(new MemoryStream(image));
    }

    /// <summary>Hash of everything that the assembly depends on: its text, the C# compiler, the runtime it is compiled against.</summary>
    private static string Key(string text)
    {
        string all = string.Join('\n', CSharpCompiler.Version, typeof(KernelProgram).Module.ModuleVersionId, text);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)))[..40];
    }
}
