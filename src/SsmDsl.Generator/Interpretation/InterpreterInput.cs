using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Interpretation;

/// <summary>What one run of a graph program needs.</summary>
public sealed record InterpreterInput
{
    /// <summary>Values of the dynamic sizes, the batch included.</summary>
    public required IReadOnlyDictionary<DimSymbol, long> Sizes { get; init; }

    /// <summary>The values of an input port, row-major, complex ones interleaved.</summary>
    public required Func<Port, double[]> Read { get; init; }
    public bool Training { get; init; }

    /// <summary>No initial state was given; see <see cref="RunValue.Start"/>.</summary>
    public bool Start { get; init; } = true;
    public int Offset { get; init; }
    public ulong Seed { get; init; }
    public ulong Step { get; init; }
}

/// <summary>A run-time check that failed.</summary>
public sealed class GraphFaultException(string tensor, string indexedBy, long position, long value, string message) : Exception(message)
{
    /// <summary>The tensor that was indexed, or the target of an argmax of nothing.</summary>
    public string Tensor { get; } = tensor;

    /// <summary>The int tensor that gave the position.</summary>
    public string IndexedBy { get; } = indexedBy;

    /// <summary>Row-major position of the element in <see cref="IndexedBy"/>.</summary>
    public long Position { get; } = position;
    public long Value { get; } = value;
}
