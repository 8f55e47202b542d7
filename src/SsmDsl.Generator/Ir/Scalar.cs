using System.Collections.Immutable;
using SsmDsl.Semantics;

namespace SsmDsl.Ir;

/// <summary>The scalar body of an equation: an immutable expression over loop indices.</summary>
public abstract record Scalar(ElementType Type);

/// <summary>A number; bool is 0 or 1.</summary>
public sealed record ConstantScalar(double Real, double Imaginary, ElementType Type) : Scalar(Type);

/// <summary>The value of a quasi-affine expression (an index, a dimension, sums of them) as an int.</summary>
public sealed record IndexScalar(Index Value) : Scalar(ElementType.Int);

public enum RunValue
{
    /// <summary>bool: <c>training</c>.</summary>
    Training,

    /// <summary>bool: no state was given, the stream starts here.</summary>
    Start,

    /// <summary>int: positions of the stream before this chunk; 0 for a whole sequence.</summary>
    Offset,
}

/// <summary>A scalar that is the same for the whole run.</summary>
public sealed record RunScalar(RunValue Value) : Scalar(Value == RunValue.Offset ? ElementType.Int : ElementType.Bool);

/// <summary>One element of a tensor.</summary>
/// <param name="Access">One per axis.</param>
public sealed record LoadScalar(Tensor Tensor, ImmutableArray<Index> Indices, ImmutableArray<AxisAccess> Access) : Scalar(Tensor.Element);

public sealed record ApplyScalar(ScalarOp Op, ImmutableArray<Scalar> Arguments, ElementType Type) : Scalar(Type);

/// <summary>A branch. Only the one taken is evaluated: no read, check or trap of the other happens.</summary>
public sealed record SelectScalar(Scalar Condition, Scalar Then, Scalar Else) : Scalar(Then.Type);

public enum DrawKind
{
    /// <summary><c>random()</c>: the top 24 bits of the first word, times 2^-24.</summary>
    Uniform,

    /// <summary>In initialisers: (53 bits of the first two words + 1/2) · 2^-53, in the open interval (0, 1).</summary>
    InitialUniform,

    /// <summary>In initialisers: standard normal, by Box and Muller from the four words.</summary>
    InitialNormal,
}

/// <summary>
/// A random draw: Philox4x32-10 with key K and counter (position low, position high, sequence, hash of path), where
/// K = the first two words of Philox(counter: (step low, step high, 0x53736D44, 0), key: (seed low, seed high)).
/// Position is the row-major number of <paramref name="Indices"/> modulo 2^64 (absolute ones: with the stream's offset);
/// the factor of a dynamic axis is 2^32. Hash is FNV-1a over the UTF-8 bytes of <paramref name="Path"/>.
/// </summary>
/// <param name="Path">Path of the occurrence, without copy numbers; these are the first of <paramref name="Indices"/>.</param>
/// <param name="Sequence">The position in the batch, or null (0).</param>
public sealed record DrawScalar(
    DrawKind Kind,
    string Path,
    Index? Sequence,
    ImmutableArray<DrawIndex> Indices) : Scalar(ElementType.Real);

/// <param name="Value">An int scalar.</param>
/// <param name="Size">The factor by which the indices before it are multiplied: the axis' size, or null if that is dynamic.</param>
public sealed record DrawIndex(Scalar Value, long? Size);
