using System.Collections.Immutable;
using SsmDsl.Semantics;
using SsmDsl.Text;

namespace SsmDsl.Expansion;

internal enum SlotKind
{
    Input,
    Target,
    Parameter,
    Value,
}

/// <summary>A tensor of the expanded model before it is decided which prefix axes it has. Reference identity.</summary>
/// <param name="path">The instance (and the use of it) that the tensor belongs to, with <c>*</c> for copies; empty for the model.</param>
/// <param name="scope">The prefix axes that it may have.</param>
internal sealed class Slot(
    string name,
    string path,
    SlotKind kind,
    ElementType element,
    ImmutableArray<Dim> shape,
    ImmutableArray<PrefixAxis> scope,
    SourceSpan span)
{
    public string Name { get; } = name;
    public string Path { get; } = path;
    public SlotKind Kind { get; } = kind;
    public ElementType Element { get; } = element;
    public ImmutableArray<Dim> Shape { get; } = shape;
    public ImmutableArray<PrefixAxis> Scope { get; } = scope;
    public SourceSpan Span { get; } = span;

    /// <summary>The prefix axes on which its values depend; grows until a fixed point is reached (<see cref="Rates"/>).</summary>
    public HashSet<PrefixAxis> DependsOn { get; } = [];

    /// <summary>Axes that it must not have although it is random: it makes an output that is not lifted over them.</summary>
    public HashSet<PrefixAxis> Excluded { get; } = [];

    /// <summary>The carried value of a repeat has one place before the first copy.</summary>
    public PrefixAxis? CarriedOver { get; init; }

    /// <summary>An output of the model reads it.</summary>
    public bool IsForward { get; set; }

    public IEnumerable<PrefixAxis> Prefix => Scope.Where(DependsOn.Contains);

    public override string ToString() => Path.Length == 0 ? Name : $"{Path}.{Name}";
}
