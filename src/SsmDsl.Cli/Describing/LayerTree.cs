using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Cli.Describing;

/// <summary>The layers that a model is made of, with the layers inside of them, in the order of the text.</summary>
internal sealed class LayerTree
{
    private readonly ModelSignature signature;
    private readonly List<LayerDescription> layers = [];

    private LayerTree(ModelSignature signature) => this.signature = signature;

    public static IReadOnlyList<LayerDescription> Of(CheckedModel model, ModelSignature signature)
    {
        var tree = new LayerTree(signature);
        tree.Add(model.Layer.Body, new Scope("", 0, 1, model.Dimensions));
        return tree.layers;
    }

    /// <param name="Path">Of parameters in this scope, with <c>*</c> for copy numbers.</param>
    private sealed record Scope(string Path, int Depth, long Copies, ImmutableDictionary<DimSymbol, Dim> Sizes)
    {
        public string Below(string name) => Path.Length == 0 ? name : $"{Path}.{name}";
    }

    private void Add(ImmutableArray<CheckedStatement> body, Scope scope)
    {
        var seen = new HashSet<LayerInstance>();
        foreach (CheckedStatement statement in body)
        {
            if (statement is CheckedCall call && seen.Add(call.Instance)) AddCall(call, scope);
            else if (statement is CheckedRepeat repeat) AddRepeat(repeat, scope);
        }
    }

    private void AddCall(CheckedCall call, Scope scope)
    {
        LayerInstance instance = call.Instance;
        string path = scope.Below(instance.Path);
        layers.Add(new LayerDescription(path, scope.Depth, instance.Layer.Name, Output(call, scope), scope.Copies, Count(path)));
        ImmutableDictionary<DimSymbol, Dim> sizes = instance.Dimensions.ToImmutableDictionary(d => d.Key, d => d.Value.Substitute(scope.Sizes));
        Add(instance.Layer.Body, new Scope(path, scope.Depth + 1, scope.Copies, sizes));
    }

    private void AddRepeat(CheckedRepeat repeat, Scope scope)
    {
        long count = repeat.Count.Substitute(scope.Sizes).TryGetConstant(out long n) ? n : 0;
        string path = scope.Below(repeat.Path);
        layers.Add(new LayerDescription(path, scope.Depth, $"repeat {count}", "", scope.Copies, Count(path)));
        Add(repeat.Body, new Scope($"{path}.*", scope.Depth + 1, scope.Copies * count, scope.Sizes));
    }

    private static string Output(CheckedCall call, Scope scope) =>
        call.Results.OfType<Local>().FirstOrDefault() is { } local
            ? $"{local.Type.Element.ToString().ToLowerInvariant()}[{string.Join(", ", local.Type.Shape.Select(d => d.Substitute(scope.Sizes)))}]"
            : "";

    private long Count(string path) =>
        signature.Parameters.Where(p => p.Name.StartsWith(path + ".", StringComparison.Ordinal)).Sum(Sizes.Of);
}
