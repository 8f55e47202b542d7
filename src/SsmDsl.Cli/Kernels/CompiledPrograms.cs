using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Loader;
using System.Security.Cryptography;
using System.Text;
using SsmDsl.Emit;
using SsmDsl.Ir;
using SsmDsl.Programs;

namespace SsmDsl.Cli.Kernels;

/// <summary>The programs of a model as machine code: emitted, compiled in memory (or taken from the cache), loaded.</summary>
internal static class CompiledPrograms
{
    /// <summary>What this process has loaded, by key: the runtime compiles the methods of an assembly once.</summary>
    private static readonly ConcurrentDictionary<string, Lazy<Assembly>> Loaded = new();

    /// <summary>A definition whose programs are those that <paramref name="wanted"/> chooses; the others cannot be run.</summary>
    /// <param name="precise">Whether functions of reals are as precise as the runtime can compute them.</param>
    /// <param name="target">What they run on. Initial values are computed by the processor always.</param>
    public static ModelDefinition Of(
        ModelGraph graph, RealType real, Func<ModelGraph, IEnumerable<GraphProgram?>> wanted, KernelTarget target, bool precise, AssemblyCache cache, CancellationToken cancellation)
    {
        GraphProgram[] programs = [.. wanted(graph).OfType<GraphProgram>()];
        Assembly assembly = AssemblyOf(graph, real, programs, target, precise, cache, cancellation);
        return Definitions.Of(graph, real == RealType.Float64 ? ElementKind.Float64 : ElementKind.Float32, program =>
            program is null ? null
            : Array.IndexOf(programs, program) is not (>= 0 and var number) ? AbsentProgram.Instance
            : (KernelProgram)Activator.CreateInstance(assembly.GetType($"{ProgramFile.Namespace}.{ClassOf(number)}", throwOnError: true)!)!);
    }

    /// <summary>The kernels alone.</summary>
    public static Assembly AssemblyOf(
        ModelGraph graph, RealType real, GraphProgram[] programs, KernelTarget target, bool precise, AssemblyCache cache, CancellationToken cancellation)
    {
        ILookup<KernelTarget, NamedProgram> named = programs.ToLookup(
            p => ReferenceEquals(p, graph.Initialise) ? KernelTarget.Cpu : target,
            p => new NamedProgram(p, ClassOf(Array.IndexOf(programs, p)), ReferenceEquals(p, graph.Initialise) ? RealType.Float64 : real) { IsPrecise = precise && !ReferenceEquals(p, graph.Initialise) });
        string text = ProgramFile.AssemblyAttributes + string.Concat(named.Select(n => ProgramFile.Of(n.Key.Emit(n), "internal")));
        cancellation.ThrowIfCancellationRequested();
        return Load(text, cache, cancellation);
    }

    private static string ClassOf(int number) => $"Program{number}";

    private static Assembly Load(string text, AssemblyCache cache, CancellationToken cancellation)
    {
        string key = Key(text);
        return Loaded.GetOrAdd(key, _ => new(Assemble, LazyThreadSafetyMode.PublicationOnly)).Value;

        Assembly Assemble()
        {
            byte[] image = cache.Get(key, () => CSharpCompiler.Compile(text, $"Kernels_{key}", cancellation));
            return new AssemblyLoadContext(key).LoadFromStream(new MemoryStream(image));
        }
    }

    /// <summary>Hash of everything that the assembly depends on: its text, the C# compiler, the runtime it is compiled against.</summary>
    private static string Key(string text)
    {
        string all = string.Join('\n', CSharpCompiler.Version, typeof(KernelProgram).Module.ModuleVersionId, text);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)))[..40];
    }
}
