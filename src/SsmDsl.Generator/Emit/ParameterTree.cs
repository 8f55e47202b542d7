using System.Collections.Immutable;
using SsmDsl.Ir;

namespace SsmDsl.Emit;

/// <summary>
/// The tree of checkpoint names: a parameter, named children, or (below a repeat) one child for all copies.
/// Parameters whose names have a prefix in common share its node.
/// </summary>
internal sealed class ParameterTree
{
    private readonly SortedDictionary<string, ParameterTree> children = new(StringComparer.Ordinal);
    private readonly List<string> order = [];

    /// <summary>Numbers of the parameters that stand at this node (one, where no two have the same name), and their children.</summary>
    public int? Parameter { get; private set; }

    /// <summary>Children in order of the text; both a parameter and a subtree may have the same name.</summary>
    public IEnumerable<(string Key, ParameterTree Node)> Children => order.Select(key => (key, children[key]));

    /// <summary>The node of a copy, and how many copies there are.</summary>
    public (ParameterTree Node, long Count)? Copies { get; private set; }

    public static ParameterTree Of(ImmutableArray<ParameterSignature> parameters)
    {
        var root = new ParameterTree();
        for (int number = 0; number < parameters.Length; number++)
        {
            ParameterSignature parameter = parameters[number];
            ParameterTree node = root;
            int depth = 0;
            string?[] parts = [.. parameter.Path.SelectMany(p => p is null ? [null] : (string?[])p.Split('.'))];
            for (int i = 0; i < parts.Length - 1; i++) node = parts[i] is { } part ? node.Child(part + ".") : node.Copy(parameter.Copies[depth++]);
            if (parts[parts.Length - 1] is { } last) node.Child(last).Parameter = number;
        }

        return root;
    }

    private ParameterTree Child(string key)
    {
        if (children.TryGetValue(key, out ParameterTree? child)) return child;
        order.Add(key);
        return children[key] = new ParameterTree();
    }

    private ParameterTree Copy(long count)
    {
        Copies ??= (new ParameterTree(), count);
        return Copies.Value.Node;
    }
}
