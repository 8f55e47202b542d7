using System.Collections.Immutable;
using SsmDsl.Semantics;

namespace SsmDsl.Expansion;

/// <summary>The value of a hyperparameter: a word, or an expression of the frame that gave it.</summary>
internal sealed record HyperValue(CheckedExpression? Expression, Frame? Frame, string? Word);

/// <summary>One use of a layer (or the body of a repeat in it): what its names mean.</summary>
internal sealed class Frame
{
    private readonly Dictionary<Local, Lazy<View>> views = [];
    private readonly Dictionary<LayerInstance, int> uses = [];

    /// <summary>For the body of a repeat, the frame around it, whose names it sees.</summary>
    public required Frame? Outer { get; init; }

    /// <summary>See <see cref="Slot.Path"/>.</summary>
    public required string Path { get; init; }
    public required InstanceScope Instance { get; init; }

    /// <summary>All prefix axes of tensors made here.</summary>
    public required ImmutableArray<PrefixAxis> Scope { get; init; }
    public required ImmutableDictionary<DimSymbol, Dim> Dimensions { get; init; }
    public required ImmutableDictionary<Hyperparameter, HyperValue> Hyperparameters { get; init; }

    /// <summary>The copy number of the repeat whose body this is.</summary>
    public IndexSymbol? CopySymbol { get; init; }
    public PrefixAxis? CopyAxis { get; init; }

    /// <summary>Copy axes of parameters (which all uses of an instance share) → those of this use.</summary>
    public required ImmutableDictionary<PrefixAxis, AxisSource> ParameterCopies { get; init; }

    /// <summary>Names with initial states: only reads by the name itself see them.</summary>
    public HashSet<Local> WithPast { get; } = [];

    public void Bind(Local local, Func<View> view) => views[local] = new Lazy<View>(view);

    public void Bind(Local local, Slot slot) => Bind(local, () => View.Of(slot));

    public bool Binds(Local local) => views.ContainsKey(local);

    public View Find(Local local) =>
        views.TryGetValue(local, out Lazy<View>? view) ? view.Value
        : Outer is not null ? Outer.Find(local)
        : throw new InvalidOperationException($"the name {local} has no value in {(Path.Length == 0 ? "the model" : Path)}");

    public bool HasPast(Local local) => WithPast.Contains(local) || (Outer?.HasPast(local) ?? false);

    /// <summary>The copy axis that a copy number of this layer runs over, or null for another index.</summary>
    public PrefixAxis? CopyOf(IndexSymbol symbol) => ReferenceEquals(symbol, CopySymbol) ? CopyAxis : Outer?.CopyOf(symbol);

    /// <summary>The scope in which an instance is declared.</summary>
    public Frame DeclaringFrame(LayerInstance instance) =>
        ReferenceEquals(instance.Copy, CopySymbol) || Outer is null ? this : Outer.DeclaringFrame(instance);

    /// <summary>Counts the uses of an instance within this use of its layer, from 1.</summary>
    public int NextUse(LayerInstance instance)
    {
        if (Outer is not null) return Outer.NextUse(instance);
        uses.TryGetValue(instance, out int count);
        return uses[instance] = count + 1;
    }

    public Dim Size(Dim dim) => dim.Substitute(Dimensions);

    public ImmutableArray<Dim> Sizes(IEnumerable<Dim> dims) => [.. dims.Select(Size)];
}
