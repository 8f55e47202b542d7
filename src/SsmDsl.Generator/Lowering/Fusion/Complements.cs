using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering.Fusion;

/// <summary>
/// Of the terms of a sum, one that is there only where a condition holds and one that is there only where it does not become one
/// choice: what comes from beyond the last step takes the place of what each other step gets of the one after it.
/// </summary>
internal static class Complements
{
    public static GraphProgram Run(GraphProgram program) => program with { Body = program.Body.MapEquations(e => e with { Body = Of(e.Body) }) };

    private static Scalar Of(Scalar body)
    {
        if (body is not ApplyScalar { Op: ScalarOp.Add, Type: ElementType.Real }) return body;
        List<Scalar> terms = [.. Terms(body)];
        for (int i = 0; i < terms.Count; i++)
        {
            if (Border(terms[i]) is not { } border) continue;
            int other = terms.FindIndex(i + 1, t => Border(t) is { } b && b.IsBelow != border.IsBelow && Structure.AreEqual(b.Distance, border.Distance));
            if (other < 0) continue;
            (SelectScalar first, SelectScalar second) = ((SelectScalar)terms[i], (SelectScalar)terms[other]);
            terms[other] = border.IsBelow ? new SelectScalar(first.Condition, first.Then, second.Then) : new SelectScalar(second.Condition, second.Then, first.Then);
            terms.RemoveAt(i--);
        }

        return terms.Aggregate(Scalars.Add);
    }

    /// <summary>From the left, along the chain of additions.</summary>
    private static IEnumerable<Scalar> Terms(Scalar sum)
    {
        var right = new Stack<Scalar>();
        while (sum is ApplyScalar { Op: ScalarOp.Add } add)
        {
            right.Push(add.Arguments[1]);
            sum = add.Arguments[0];
        }

        return right.Prepend(sum);
    }

    /// <summary>
    /// Of a term that is 0 unless a position lies on one side of a border: the distance from the border, and whether it is there below 0,
    /// or from 0 on.
    /// </summary>
    private static (Index Distance, bool IsBelow)? Border(Scalar term)
    {
        if (term is not SelectScalar { Condition: ApplyScalar { Op: ScalarOp.Less or ScalarOp.GreaterOrEqual } condition } choice || !choice.Else.IsConstant(0)) return null;
        return Position(condition.Arguments[0]) is { } a && Position(condition.Arguments[1]) is { } b && !a.HasLookup() && !b.HasLookup()
            ? (a.Minus(b), condition.Op == ScalarOp.Less) : null;
    }

    private static Index? Position(Scalar scalar) => scalar switch
    {
        IndexScalar i => i.Value,
        ConstantScalar { Type: ElementType.Int } c => Index.Of((Dim)(long)c.Real),
        _ => null,
    };
}
