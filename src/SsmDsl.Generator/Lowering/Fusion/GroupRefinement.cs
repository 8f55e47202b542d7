using System.Collections.Immutable;
using SsmDsl.Ir;

namespace SsmDsl.Lowering.Fusion;

/// <summary>What is done to each group, or equation, by itself once it is known what is in it.</summary>
internal static class GroupRefinement
{
    public static GraphProgram Run(GraphProgram program) => program with { Body = Run(program.Body, []) };

    private static ImmutableArray<Node> Run(ImmutableArray<Node> nodes, ImmutableArray<IndexVar> outer) =>
    [
        .. nodes.SelectMany<Node, Node>(n => n switch
        {
            Group group => Invariants.Of(group, outer).Select(m => m is Group g ? Sharing.Of(Retiming.Of(g, outer), outer) : m),
            Equation e when !ProductLowering.IsProduct(e) => Invariants.Of(e, outer),
            Recurrence { Kind: RecurrenceKind.Copies } copies => [copies with { Members = Run(copies.Members, outer.Add(copies.Step)) }],
            _ => [n],
        }),
    ];
}
