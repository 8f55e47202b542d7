using System.Collections.Immutable;
using SsmDsl.Semantics;

namespace SsmDsl.Lowering;

/// <summary>What a loop adds to beyond its iterations, where these may run side by side in threads.</summary>
internal sealed class LaneTotals
{
    private readonly HashSet<Variable> inside = [];
    private readonly Dictionary<Variable, ScalarOp> totals = [];
    private readonly HashSet<Variable> read = [];
    private bool fits = true;

    /// <summary>Null if an iteration needs what another gave.</summary>
    public static ImmutableArray<(Variable Variable, ScalarOp Op)>? Of(LoopStatement loop)
    {
        if (loop.Order == LoopOrder.Sequential) return null;
        var found = new LaneTotals();
        found.Walk(loop.Body);
        return found.fits && !found.totals.Keys.Any(found.read.Contains) ? [.. found.totals.Select(t => (t.Key, t.Value))] : null;
    }

    private void Walk(ImmutableArray<Statement> statements)
    {
        foreach (Statement statement in statements) Walk(statement);
    }

    private void Walk(Statement statement)
    {
        switch (statement)
        {
            case LetStatement l:
                inside.Add(l.Variable);
                Read(l.Value);
                break;
            case LetPlaceStatement l:
                inside.Add(l.Variable);
                if (l.Source is ValueSource v) Read(v.Value);
                break;
            case DeclareStatement d:
                inside.Add(d.Variable);
                break;
            case AssignStatement a when inside.Contains(a.Variable):
                Read(a.Value);
                break;
            case AssignStatement { Value: OperationValue { Op: ScalarOp.Add or ScalarOp.Multiply or ScalarOp.Max or ScalarOp.Min, Type: ElementType.Real } o } a
                when o.Arguments[0] is VariableValue total && total.Variable == a.Variable && (!totals.TryGetValue(a.Variable, out ScalarOp known) || known == o.Op):
                totals[a.Variable] = o.Op;
                Read(o.Arguments[1]);
                break;
            case AssignStatement:
                fits = false;
                break;
            case StoreStatement s:
                Read(s.Value);
                break;
            case BranchStatement b:
                Read(b.Condition);
                Walk(b.Then);
                Walk(b.Else);
                break;
            case CheckStatement c:
                fits &= inside.Contains(c.Checked);
                break;
            case LoopStatement l:
                Walk(l.Body);
                break;
            case ChunkLoopStatement c:
                Walk(c.Body);
                break;
            case CommentStatement or LetPointerStatement or FaultStatement or ClearStatement:
                break;
            default:
                fits = false;
                break;
        }
    }

    private void Read(Value value)
    {
        switch (value)
        {
            case VariableValue v:
                read.Add(v.Variable);
                break;
            case OperationValue o:
                foreach (Value argument in o.Arguments) Read(argument);
                break;
            case ChoiceValue c:
                Read(c.Condition);
                Read(c.Then);
                Read(c.Else);
                break;
            case DrawValue d:
                foreach ((Value part, _) in d.Parts) Read(part);
                break;
        }
    }
}
