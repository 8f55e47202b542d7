using System.Collections.Immutable;
using SsmDsl.Analysis;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Chunking;

/// <summary>
/// Recurrences with one decay for a matrix of states (<see cref="SharedDecay"/>) as products of matrices over chunks of the
/// sequence; only the states between chunks are left as a recurrence, and no states within a chunk are ever made.
/// </summary>
public static class ChunkedProducts
{
    /// <summary>Positions of a chunk.</summary>
    public const int ChunkLength = 64;

    /// <summary>The length of the sequences along which a program has such a recurrence (of the first of them), or null.</summary>
    public static Dim? Length(GraphProgram program) => First(program)?.Decay.Step.Size;

    /// <summary>The program itself if it has no such recurrence.</summary>
    public static GraphProgram Run(GraphProgram program)
    {
        while (First(program) is var (decay, outer))
            program = program with { Body = Replaced(program.Body, decay, new ChunkEquations(decay, outer)) };
        return program;
    }

    /// <summary>The recurrences that run so.</summary>
    public static IEnumerable<Recurrence> Recurrences(GraphProgram program) => Find(program).Select(f => f!.Value.Decay.Recurrence);

    private static (SharedDecay Decay, ImmutableArray<IndexVar> Outer)? First(GraphProgram program) => Find(program).FirstOrDefault();

    private static IEnumerable<(SharedDecay Decay, ImmutableArray<IndexVar> Outer)?> Find(GraphProgram program)
    {
        var ranges = new TensorRanges(program);
        return In(program.Body, []);

        IEnumerable<(SharedDecay, ImmutableArray<IndexVar>)?> In(ImmutableArray<Node> level, ImmutableArray<IndexVar> outer) => level.SelectMany(node => node switch
        {
            Recurrence { Kind: RecurrenceKind.Copies } copies => In(copies.Members, outer.Add(copies.Step)),
            Recurrence recurrence when IsLong(recurrence.Step.Size) && SharedDecay.Find(recurrence, level, outer, program, ranges) is { } decay => [(decay, outer)],
            _ => Enumerable.Empty<(SharedDecay, ImmutableArray<IndexVar>)?>(),
        });
    }

    private static bool IsLong(Dim length) => length.IsSymbol || (length.TryGetConstant(out long steps) && steps >= 2 * ChunkLength);

    private static ImmutableArray<Node> Replaced(ImmutableArray<Node> nodes, SharedDecay decay, ChunkEquations chunks) => [.. nodes.SelectMany(node => node switch
    {
        Recurrence { Kind: RecurrenceKind.Copies } copies => [copies with { Members = Replaced(copies.Members, decay, chunks) }],
        Recurrence recurrence => recurrence == decay.Recurrence ? chunks.States() : [recurrence],
        Equation equation => decay.Contractions.FirstOrDefault(c => c.Equation == equation) is { } contraction
            ? chunks.Read(contraction)
            : [chunks.AtBorder(equation)],
        _ => [node],
    })];
}
