using System.Collections.Immutable;
using SsmDsl.Semantics;

namespace SsmDsl.Lowering;

/// <summary>Finds the shape of a loop that can run in lanes.</summary>
internal sealed class LaneAnalysis
{
    private readonly LaneShape shape;
    private readonly HashSet<Variable> inner = [];
    private readonly Dictionary<Variable, ScalarOp> totals = [];
    private readonly Dictionary<Variable, int> uses = [];
    private readonly bool mayReduce;
    private bool fits = true;
    private bool grown;

    private LaneAnalysis(Variable counter, bool mayReduce) => (shape, this.mayReduce) = (new LaneShape(counter), mayReduce);

    /// <summary>Null if the body needs something that lanes do not have.</summary>
    public static LaneShape? Of(Variable counter, ImmutableArray<Statement> body, LoopOrder order)
    {
        if (order == LoopOrder.Sequential) return null;
        var analysis = new LaneAnalysis(counter, order == LoopOrder.Reduction);
        do
        {
            analysis.grown = false;
            analysis.uses.Clear();
            analysis.Walk(body, isMasked: false);
        }
        while (analysis.fits && analysis.grown);
        analysis.shape.Totals = [.. analysis.totals.Select(t => (t.Key, t.Value))];

        // A total is read nowhere but where it is added to.
        bool fits = analysis.fits && analysis.totals.Keys.All(t => analysis.uses.TryGetValue(t, out int count) && count == 0);
        return fits ? analysis.shape : null;
    }

    private void Walk(ImmutableArray<Statement> statements, bool isMasked)
    {
        foreach (Statement statement in statements)
        {
            if (!fits) return;
            Walk(statement, isMasked);
        }
    }

    private void Walk(Statement statement, bool isMasked)
    {
        switch (statement)
        {
            case CommentStatement:
                break;
            case LetStatement l:
                inner.Add(l.Variable);
                if (Visit(l.Value, isMasked)) Vary(l.Variable);
                break;
            case DeclareStatement d:
                inner.Add(d.Variable);
                break;
            case LetPlaceStatement { Source: SumSource sum } l:
                shape.Move(l.Variable, shape.Stride(sum.Place));
                break;
            case LetPlaceStatement l:
                Need(l.Source switch
                {
                    ValueSource v => !Visit(v.Value, isMasked),
                    QuotientSource q => LaneShape.IsZero(shape.Stride(q.Dividend)),
                    RemainderSource r => LaneShape.IsZero(shape.Stride(r.Dividend)),
                    _ => false,
                });
                break;
            case LetPointerStatement l:
                shape.Move(l.Variable, shape.Stride(l.Base, l.Offset));
                break;
            case AssignStatement a when inner.Contains(a.Variable):
                if (Visit(a.Value, isMasked) || isMasked) Vary(a.Variable);
                break;
            case AssignStatement a:
                VisitTotal(a, isMasked);
                break;
            case StoreStatement s:
                Visit(s.Value, isMasked);
                Need(!LaneShape.IsZero(shape.Stride(s.Pointer, s.Offset)));
                if (s.Pointer.Element == ElementType.Int) shape.HasInts = true;
                break;
            case BranchStatement b:
                bool isVarying = Visit(b.Condition, isMasked);
                Walk(b.Then, isMasked || isVarying);
                Walk(b.Else, isMasked || isVarying);
                break;
            case CheckStatement c:
                Need(!isMasked && LaneShape.IsZero(shape.Stride(c.Checked)) && LaneShape.IsZero(shape.Stride(c.Position)));
                break;
            case FaultStatement f:
                Need(!isMasked && LaneShape.IsZero(shape.Stride(f.Position)));
                break;
            case LoopStatement l:
                Walk(l.Body, isMasked);
                break;
            default:
                fits = false;
                break;
        }
    }

    /// <summary>total = total + term and the like.</summary>
    private void VisitTotal(AssignStatement assign, bool isMasked)
    {
        Need(mayReduce && assign.Value is OperationValue { Op: ScalarOp.Add or ScalarOp.Multiply or ScalarOp.Max or ScalarOp.Min, Type: ElementType.Real } o
            && o.Arguments[0] is VariableValue v && v.Variable == assign.Variable
            && (!totals.TryGetValue(v.Variable, out ScalarOp known) || known == o.Op));
        if (!fits) return;
        var operation = (OperationValue)assign.Value;
        totals[assign.Variable] = operation.Op;
        uses[assign.Variable] = uses.TryGetValue(assign.Variable, out int count) ? count : 0;
        Visit(operation.Arguments[1], isMasked);
    }

    private void Vary(Variable variable)
    {
        grown |= shape.Vary(variable);
        if (variable.Element == ElementType.Int) shape.HasInts = true;
    }

    private void Need(bool condition) => fits &= condition;

    /// <summary>Whether the value differs from lane to lane.</summary>
    /// <param name="isMasked">It is evaluated where not all lanes take part: nothing may be read that is the same for all, for there may be none.</param>
    private bool Visit(Value value, bool isMasked)
    {
        // What an operation is, its parts tell: asking at each level would walk long chains again and again.
        bool[] parts = value is OperationValue operation ? [.. operation.Arguments.Select(a => Visit(a, isMasked))] : [];
        bool isVarying = value is OperationValue ? parts.Contains(true) : shape.IsVarying(value);
        if (isVarying && value.Type == ElementType.Int) shape.HasInts = true;
        switch (value)
        {
            case VariableValue v:
                if (!inner.Contains(v.Variable)) uses[v.Variable] = uses.TryGetValue(v.Variable, out int count) ? count + 1 : 1;
                break;
            case ElementValue:
                Need(isVarying || !isMasked);
                break;
            case OperationValue o:
                if (isVarying) Need(HasLanes(o, parts));
                break;
            case ChoiceValue c:
                bool masks = Visit(c.Condition, isMasked) || isMasked;
                Visit(c.Then, masks);
                Visit(c.Else, masks);
                break;
            case InsideValue i when isVarying && !LaneShape.IsOne(shape.Stride(i.Place)):
                shape.HasInts = true;
                break;
            case DrawValue d:
                Need(!isVarying);
                foreach ((Value part, _) in d.Parts) Visit(part, isMasked);
                break;
        }

        return isVarying;
    }

    private static bool HasLanes(OperationValue operation, bool[] isVarying) => operation.Op switch
    {
        ScalarOp.HippoLegsFrequency or ScalarOp.HippoLegsP => false,
        ScalarOp.PowerInteger => operation.Type == ElementType.Real && !isVarying[1],
        ScalarOp.Div or ScalarOp.Mod => false,
        ScalarOp.Abs or ScalarOp.Sign => operation.Type == ElementType.Real,
        _ => true,
    };
}
