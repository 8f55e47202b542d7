using System.Collections.Immutable;

namespace SsmDsl.Emit;

/// <summary>A kernel as a program calls it.</summary>
/// <param name="Name">Of the method that starts it.</param>
/// <param name="Parameters">What that method is given beside the run.</param>
internal sealed record LibraryKernel(string Name, ImmutableArray<KernelArgument> Parameters);

/// <summary>The texts of a model's kernels, each once.</summary>
internal sealed class KernelTexts
{
    /// <summary>Stands for the kernel's name until it is known whether there is such a kernel already.</summary>
    public const string Unnamed = "\u0001";

    private readonly Dictionary<string, LibraryKernel> known = new(StringComparer.Ordinal);
    private readonly NameScope scope = new(GeneratedNames.Types);
    private readonly TextBlock code = new();

    /// <summary>The kernel of this text, which is added if there is none.</summary>
    public LibraryKernel Add(string hint, IEnumerable<KernelArgument> arguments, string text)
    {
        ImmutableArray<KernelArgument> parameters = ParametersOf(arguments);
        if (known.TryGetValue(text, out LibraryKernel found)) return found with { Parameters = parameters };
        var added = new LibraryKernel(scope.Take(hint), parameters);
        known[text] = added;
        code.Line().Line(text.Replace(Unnamed, added.Name).TrimEnd('\n'));
        return added;
    }

    /// <summary>What the method that starts a kernel is given: all but what it takes from the run.</summary>
    public static ImmutableArray<KernelArgument> ParametersOf(IEnumerable<KernelArgument> arguments) => [.. arguments.Where(a => a is not RunArgument)];

    public override string ToString() => code.ToString().TrimEnd('\n');
}
