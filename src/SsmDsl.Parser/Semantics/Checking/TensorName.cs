using System.Collections.Immutable;
using SsmDsl.Text;

namespace SsmDsl.Semantics.Checking;

/// <summary>
/// What a name of a tensor means from its binding to its next one. Of tensors of a run of equations, type and size are found
/// step by step; of one whose definition has an error they stay unknown.
/// </summary>
internal sealed class TensorName(string name, SourceSpan place)
{
    public string Name { get; } = name;

    public SourceSpan Place { get; } = place;

    public ElementType? Element { get; set; }

    /// <summary>Default while unknown.</summary>
    public ImmutableArray<Dim> Shape { get; set; }

    /// <summary>Once element type and shape are known.</summary>
    public Local? Local { get; private set; }

    /// <summary>The expression that gave its value, where that is known.</summary>
    public SourceSpan? Value { get; init; }

    public bool IsUsed { get; set; }

    /// <summary>Equations of its run may still be waiting for its size.</summary>
    public bool IsKnown => Element is not null && !Shape.IsDefault;

    public static TensorName Of(Local local) =>
        new(local.Name, local.Span) { Element = local.Type.Element, Shape = local.Type.Shape, Local = local };

    /// <summary>Makes the local; type and shape must be known.</summary>
    public Local Settle(LocalKind kind = LocalKind.Value) =>
        Local = new Local(Name, kind, new TensorType(Element!.Value, Shape), Place);

    /// <summary>A local that exists already stands for the name.</summary>
    public void Adopt(Local local) => Local = local;
}
