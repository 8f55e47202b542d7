using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Lowering;
using SsmDsl.Semantics;

namespace SsmDsl.Emit;

/// <summary>
/// The names of a kernel's arguments: the same in all of its forms, and in equal kernels of other programs. Only arguments that
/// some form asks for are passed.
/// </summary>
internal sealed class KernelNames
{
    // Names that the methods of kernels have beside those of arguments
    private static readonly string[] Locals = ["run", "launcher", "item", "Items", "arguments", "args", "numbers", "width", "row", "end", "local", "lane", "column"];

    private readonly List<(object Key, KernelArgument Argument)> all = [];
    private readonly HashSet<KernelArgument> used = [];
    private readonly NameScope scope = new([.. GeneratedNames.Types, .. Locals]);
    private readonly Dictionary<int, CheckArgument> checks = [];

    public KernelNames(Kernel kernel, ImmutableArray<DimSymbol> dynamic, RealType real)
    {
        foreach (TensorArgument t in kernel.Tensors)
            all.Add((t.Pointer, new MemoryArgument(t, ValueText.ElementName(t.Tensor.Element, real) + "*", scope.Take(t.Tensor.Name))));
        foreach ((IndexVar step, Variable counter) in kernel.Copies) all.Add((counter, new CopyArgument(step, scope.Take(step.Name))));
        foreach (DimSymbol symbol in dynamic) all.Add((symbol, new SizeArgument(symbol, scope.Take(symbol.Name.TrimStart('$')))));
        Run("training", "bool", "run.Training");
        Run("start", "bool", "run.Start");
        Run("offset", "int", "run.Offset");
        Run("key", "ulong", "run.RandomKey");
        Run("faults", "FaultRecord*", "run.Faults");

        void Run(string name, string type, string source) => all.Add((name, new RunArgument(type, scope.Take(name), source)));
    }

    /// <summary>Names that no local variable of a form may have.</summary>
    public IEnumerable<string> Taken => [.. GeneratedNames.Types, .. Locals, .. all.Select(a => a.Argument.Name), .. checks.Values.Select(c => c.Name)];

    /// <summary>Types and names of all arguments, asked for or not.</summary>
    public string Signature => string.Join(", ", all.Select(a => a.Argument).Concat(checks.Values).Select(a => $"{a.Type} {a.Name}"));

    /// <summary>Those asked for, in the order of the kernel's text.</summary>
    public IEnumerable<KernelArgument> Used => [.. all.Select(a => a.Argument).Where(used.Contains), .. checks.Values];

    /// <summary>The name of an argument: a pointer, a counter, a size, or what comes with the run.</summary>
    public string? Find(object key)
    {
        foreach ((object known, KernelArgument argument) in all)
        {
            if (!known.Equals(key)) continue;
            used.Add(argument);
            return argument.Name;
        }

        return null;
    }

    /// <summary>Asks for the arguments of these names.</summary>
    public void Use(IEnumerable<string> names)
    {
        HashSet<string> asked = [.. names];
        used.UnionWith(all.Select(a => a.Argument).Where(a => asked.Contains(a.Name)));
    }

    /// <summary>All checks are named before any form is printed.</summary>
    public void Add(int check)
    {
        if (!checks.ContainsKey(check)) checks[check] = new CheckArgument(check, scope.Take("check"));
    }

    public string Check(int check) => checks[check].Name;
}
