using System.Collections.Immutable;
using SsmDsl.Diagnostics;
using SsmDsl.Semantics;

namespace SsmDsl.Compilation;

/// <summary>
/// Finds models whose classes C# could not tell from something else: another class, a type of the project, a namespace. These
/// are SSM0102 at the model, and no class is made that would only add errors of C#.
/// </summary>
internal sealed class ClassNames
{
    private readonly CompilerOptions options;
    private readonly HashSet<string> namespaces;
    private readonly Dictionary<string, CheckedModel> taken = new(StringComparer.Ordinal);

    public ClassNames(IEnumerable<CheckedModel> models, CompilerOptions options)
    {
        this.options = options;
        namespaces = [.. options.Namespaces, .. models.Select(options.NamespaceOf)];
        foreach (string space in namespaces.ToArray())
        {
            for (int dot = space.LastIndexOf('.'); dot > 0; dot = space.LastIndexOf('.', dot - 1)) namespaces.Add(space.Substring(0, dot));
        }
    }

    /// <summary>What is wrong with the names of a model's classes, and whether they can be made all the same.</summary>
    public (ImmutableArray<Diagnostic> Findings, bool CanEmit) Take(CheckedModel model)
    {
        string space = options.NamespaceOf(model);
        string[] classes = [.. options.ClassesOf(model).Select(c => c.ClassName)];
        foreach (string name in classes)
        {
            string full = space.Length == 0 ? name : space + "." + name;
            if (taken.TryGetValue(full, out CheckedModel? other))
                return (At(model, $"the class '{full}' of this model is that of another one", new RelatedPlace(other.NameSpan, "the other model"), "rename one of them"), false);
            if (options.Types.TryGetValue(full, out string? place))
                return (At(model, $"the project has a type '{full}' already ({place})", null, "rename the model or, if the type is meant to extend the model's class, declare it as 'partial class'"), false);
            if (namespaces.Contains(full))
                return (At(model, $"'{full}' is a namespace already", null, "rename the model"), false);
            taken[full] = model;
        }

        string last = space.Substring(space.LastIndexOf('.') + 1);
        return classes.Contains(last)
            ? (At(model, $"model '{last}' has the name of its namespace '{space}', and C# would take one for the other", null, "rename the model, or give the file a namespace of its own"), true)
            : ([], true);
    }

    private static ImmutableArray<Diagnostic> At(CheckedModel model, string message, RelatedPlace? related, string suggestion) =>
        [new(DiagnosticCodes.DeclaredTwice, model.NameSpan, message, related, suggestion)];
}
