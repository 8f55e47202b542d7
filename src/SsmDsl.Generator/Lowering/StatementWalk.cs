namespace SsmDsl.Lowering;

/// <summary>What stands in statements.</summary>
internal static class StatementWalk
{
    /// <summary>The statements of its blocks.</summary>
    public static IEnumerable<Statement> Inner(this Statement statement) => statement switch
    {
        BranchStatement b => b.Then.Concat(b.Else),
        LoopStatement l => l.Body,
        ChunkLoopStatement c => c.Body,
        RowsStatement r => r.Body,
        OnceStatement o => o.Body,
        _ => [],
    };
}
