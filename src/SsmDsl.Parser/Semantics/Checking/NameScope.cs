using SsmDsl.Syntax;

namespace SsmDsl.Semantics.Checking;

/// <summary>A dimension in scope.</summary>
internal sealed record DimensionName(DimSymbol Symbol);

/// <summary>The number of a copy, in the body of its repeat.</summary>
internal sealed record CopyNumber(IndexSymbol Symbol);

/// <summary>An instance whose layer has an error: what follows from that is silent.</summary>
internal sealed record LostInstance(Name Name);

/// <summary>A value that stands for a name: a parameter of a fn.</summary>
internal sealed record ValueName(TensorValue Value);

/// <summary>
/// The names of a layer's body, or of the body of a repeat in it. A name means a <see cref="TensorName"/>, a
/// <see cref="DimensionName"/>, a <see cref="HyperInfo"/>, a <see cref="NamedInstance"/>, a <see cref="CopyNumber"/>, a
/// <see cref="LostInstance"/> or a <see cref="ValueName"/>.
/// </summary>
internal sealed class NameScope(NameScope? outer, IndexSymbol? copy = null)
{
    private readonly Dictionary<string, object> names = [];

    public NameScope? Outer { get; } = outer;

    /// <summary>The copy number of the innermost repeat around.</summary>
    public IndexSymbol? Copy { get; } = copy ?? outer?.Copy;

    public IEnumerable<string> Names => Outer is null ? names.Keys : names.Keys.Concat(Outer.Names);

    public object? Find(string name)
    {
        for (NameScope? scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope.names.TryGetValue(name, out object? meaning)) return meaning;
        }
        return null;
    }

    public object? FindHere(string name) => names.TryGetValue(name, out object? meaning) ? meaning : null;

    public void Bind(string name, object meaning) => names[name] = meaning;
}
