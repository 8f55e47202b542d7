using System.Collections.Immutable;
using SsmDsl.Semantics;

namespace SsmDsl.Expansion;

/// <summary>An instance of a layer, or all copies of a repeat's body: where parameters live. All uses of the instance share it.</summary>
/// <param name="path">Parts of parameter names; null for the number of a copy.</param>
/// <param name="copies">One axis per null of the path.</param>
internal sealed class InstanceScope(ImmutableArray<string?> path, ImmutableArray<PrefixAxis> copies)
{
    private readonly Dictionary<object, InstanceScope> children = [];

    public ImmutableArray<string?> Path { get; } = path;
    public ImmutableArray<PrefixAxis> Copies { get; } = copies;
    public Dictionary<Local, ParameterSlot> Parameters { get; } = [];

    public InstanceScope Child(LayerInstance instance) => Child(instance, () => new(Path.AddRange(Parts(instance.Path)), Copies));

    public InstanceScope Child(CheckedRepeat repeat, Dim count) => Child(
        repeat.Copy,
        () => new(Path.AddRange(Parts(repeat.Path)).Add(null), Copies.Add(new PrefixAxis(PrefixKind.Copy, repeat.Copy.Name, count))));

    public static IEnumerable<string> Parts(string path) => path.Split('.').Where(p => p.Length > 0);

    private InstanceScope Child(object key, Func<InstanceScope> create) =>
        children.TryGetValue(key, out InstanceScope? child) ? child : children[key] = create();
}

/// <param name="Frame">The first use, in which the initialiser is evaluated.</param>
internal sealed record ParameterSlot(Slot Slot, CheckedParameter Source, InstanceScope Scope, Frame Frame)
{
    public ImmutableArray<string?> Path => [.. Scope.Path, .. InstanceScope.Parts(Source.CheckpointName)];
}
