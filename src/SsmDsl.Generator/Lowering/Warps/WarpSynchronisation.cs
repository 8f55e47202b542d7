using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Lowering;

/// <summary>
/// Lets one thread write what is the same for all threads of a warp, and has them wait where one may read what another wrote, or
/// write what another has yet to read.
/// </summary>
internal sealed class WarpSynchronisation
{
    private readonly HashSet<Variable> exchanged;
    private readonly HashSet<Variable> owned;
    private readonly IReadOnlyDictionary<Variable, (Variable Pointer, Place? Place)> pointers;

    /// <param name="body">The kernel's, with loops in lanes marked.</param>
    public WarpSynchronisation(
        ImmutableArray<TensorArgument> tensors, ImmutableArray<LocalArray> locals, ImmutableArray<Statement> body, IReadOnlyList<MemoryAccess> accesses)
    {
        pointers = MemoryAccess.PointersOf(body);
        owned = [.. locals.Where(l => !l.IsShared).Select(l => l.Pointer)];

        // One tensor may be there under several pointers.
        Dictionary<Variable, Tensor> tensorOf = tensors.ToDictionary(t => t.Pointer, t => t.Tensor);
        object Memory(Variable pointer) => tensorOf.TryGetValue(pointer, out Tensor tensor) ? tensor : pointer;
        HashSet<object> written = [.. accesses.Where(a => a.IsStore).Select(a => Memory(a.Pointer))];
        HashSet<object> read = [.. accesses.Where(a => !a.IsStore).Select(a => Memory(a.Pointer))];
        exchanged = [.. accesses.Select(a => a.Pointer).Where(p => !owned.Contains(p) && written.Contains(Memory(p)) && read.Contains(Memory(p)))];
    }

    public ImmutableArray<Statement> Run(ImmutableArray<Statement> statements)
    {
        var result = ImmutableArray.CreateBuilder<Statement>();
        foreach (Statement statement in statements)
        {
            Statement next = Of(statement);
            if (next is BranchStatement branch && Reads(branch.Condition))
            {
                // Decided by all threads before any of them goes on.
                var decided = new Variable("decided", VariableKind.Value, ElementType.Bool);
                result.AddRange(new LetStatement(decided, branch.Condition), new BarrierStatement());
                next = branch with { Condition = new VariableValue(decided) };
            }

            result.Add(next);
            if (Exchanges(next)) result.Add(new BarrierStatement());
        }

        return result.ToImmutable();
    }

    private Statement Of(Statement statement) => statement switch
    {
        StoreStatement s when !owned.Contains(Root(s.Pointer)) => new OnceStatement([s]),
        ClearStatement c when !owned.Contains(Root(c.Pointer)) => new OnceStatement([c]),
        LoopStatement { Lanes: null } l => l with { Body = Run(l.Body) },
        ChunkLoopStatement c => c with { Body = Run(c.Body) },
        RowsStatement r => r with { Body = Run(r.Body) },
        BranchStatement b => b with { Then = Run(b.Then), Else = Run(b.Else) },
        _ => statement,
    };

    /// <summary>What has barriers inside needs none after it, but where its last statement is one of these.</summary>
    private bool Exchanges(Statement statement) => statement switch
    {
        LoopStatement { Lanes: not null } or OnceStatement or LetStatement or LetPlaceStatement or AssignStatement => Touches(statement),
        _ => false,
    };

    private bool Touches(Statement statement) => statement is OnceStatement { Body: [ClearStatement c] }
        ? exchanged.Contains(Root(c.Pointer))
        : MemoryAccess.Of([statement], pointers).Any(a => exchanged.Contains(a.Pointer));

    private bool Reads(Value value) => Touches(new LetStatement(new Variable("", VariableKind.Value, value.Type), value));

    private Variable Root(Variable pointer) => pointers.TryGetValue(pointer, out (Variable Pointer, Place? Place) known) ? known.Pointer : pointer;
}
