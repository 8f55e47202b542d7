using System.Collections.Immutable;

namespace SsmDsl.Programs;

/// <summary>What generated code tells the runtime about a model: its tensors and its programs. One static instance per class.</summary>
public sealed record ModelDefinition
{
    // A copy with programs for another device has the same one.
    private readonly object key = new();

    public required string Name { get; init; }

    /// <summary>Float32 or Float64.</summary>
    public required ElementKind Real { get; init; }

    /// <summary>Names of dynamic dimensions, the batch first (<c>"batch"</c>).</summary>
    public required ImmutableArray<string> Dynamic { get; init; }

    /// <summary>Position in <see cref="Dynamic"/> of the dimension along which a stream runs; -1 if the model is not steppable.</summary>
    public required int StreamDimension { get; init; }

    /// <summary>Why the model is not steppable (SSM0304 with its place), or null.</summary>
    public required string? NotSteppable { get; init; }
    public required ImmutableArray<TensorInfo> Inputs { get; init; }
    public required ImmutableArray<TensorInfo> Targets { get; init; }
    public required ImmutableArray<TensorInfo> Outputs { get; init; }
    public required ImmutableArray<string> Metrics { get; init; }
    public required bool HasLoss { get; init; }
    public required ImmutableArray<ParameterInfo> Parameters { get; init; }
    public required ImmutableArray<TensorInfo> States { get; init; }

    /// <summary>Always Float64; its slots are ParameterValue only.</summary>
    public required KernelProgram Initialise { get; init; }
    public required KernelProgram Forward { get; init; }
    public required KernelProgram? Evaluate { get; init; }
    public required KernelProgram? Backward { get; init; }
    public required KernelProgram VectorJacobian { get; init; }

    /// <summary>Whether it is the same model in the same precision, perhaps with programs for another device: then states and gradients of one are those of the other.</summary>
    public bool IsSame(ModelDefinition other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return ReferenceEquals(key, other.key);
    }
}

/// <summary>The kind of a value before it is laid out in memory.</summary>
public enum ValueKind
{
    Real,
    Complex,
    Int,
    Bool,
}

/// <param name="Axes">Without the batch axis and without the last axis of 2 of complex values.</param>
/// <param name="Default">What fills an input that is left out, or null.</param>
public sealed record TensorInfo(string Name, ValueKind Kind, bool HasBatch, ImmutableArray<AxisInfo> Axes, double? Default = null)
{
    /// <summary>Its name in C#, for <see cref="ArgumentException.ParamName"/>; <see cref="Name"/> if not given.</summary>
    public string Argument { get; init; } = Name;
}

/// <summary>A size of an axis: constant, or computed from the dynamic sizes.</summary>
/// <param name="Text">As in the source, for messages: <c>T</c>, <c>2*T</c>.</param>
/// <param name="Dimension">For an axis factor·dim + offset, the position of dim in <see cref="ModelDefinition.Dynamic"/>; -1 otherwise.</param>
/// <param name="Factor">See <paramref name="Dimension"/>.</param>
/// <param name="Offset">See <paramref name="Dimension"/>; the size itself for a constant axis.</param>
/// <param name="Formula">For any other size, its formula over the dynamic sizes; null otherwise.</param>
public sealed record AxisInfo(string Text, int Dimension, nint Factor, nint Offset, SizeFormula? Formula = null)
{
    public static AxisInfo Constant(nint size) => new(size.ToString(System.Globalization.CultureInfo.InvariantCulture), -1, 0, size);
}

public delegate nint SizeFormula(ReadOnlySpan<nint> dims);

/// <summary>A parameter as the text has it; inside of repeats, all copies in one block of memory.</summary>
/// <param name="Path">Parts of the checkpoint name; null stands for a copy's number.</param>
/// <param name="Copies">Numbers of copies of the enclosing repeats, outermost first.</param>
/// <param name="Shape">Of one copy, without the last axis of 2 of complex values.</param>
public sealed record ParameterInfo(
    ImmutableArray<string?> Path,
    ImmutableArray<nint> Copies,
    ValueKind Kind,
    ImmutableArray<nint> Shape,
    double LearningRateFactor,
    bool Decay,
    bool Frozen);

/// <param name="Index">The int tensor that gave the position (or the reduction that had nothing to choose from).</param>
/// <param name="Indexed">The tensor that was indexed, or null for an argmax or argmin of nothing.</param>
/// <param name="Size">Number of its entries along that axis as text.</param>
public sealed record CheckInfo(string Index, string? Indexed, string Size);
