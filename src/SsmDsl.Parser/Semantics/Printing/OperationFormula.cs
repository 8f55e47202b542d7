using System.Text.RegularExpressions;

namespace SsmDsl.Semantics.Printing;

/// <summary>How scalar operations are written in the text forms of the stages.</summary>
public static class OperationFormula
{
    public static Formula Of(ScalarOp op, IReadOnlyList<Formula> of) => op switch
    {
        ScalarOp.ToReal => Formula.Call("real", of),
        ScalarOp.ToComplex => Formula.Call("complex", of),
        ScalarOp.Negate => new Formula("-" + of[0].In(Binding.Power), Binding.Sign),
        ScalarOp.Add => Formula.Infix(of[0], " + ", of[1], Binding.Sum),
        ScalarOp.Subtract => Formula.Infix(of[0], " - ", of[1], Binding.Sum),
        ScalarOp.Multiply => Formula.Infix(of[0], "*", of[1], Binding.Product),
        ScalarOp.Divide => Formula.Infix(of[0], "/", of[1], Binding.Product),
        ScalarOp.Div => Formula.Infix(of[0], " div ", of[1], Binding.Product),
        ScalarOp.Mod => Formula.Infix(of[0], " mod ", of[1], Binding.Product),
        ScalarOp.Power or ScalarOp.PowerInteger => new Formula($"{of[0].In(Binding.Whole)}^{of[1].In(Binding.Sign)}", Binding.Power),
        ScalarOp.Equal => Comparison("==", of),
        ScalarOp.NotEqual => Comparison("!=", of),
        ScalarOp.Less => Comparison("<", of),
        ScalarOp.LessOrEqual => Comparison("<=", of),
        ScalarOp.Greater => Comparison(">", of),
        ScalarOp.GreaterOrEqual => Comparison(">=", of),
        ScalarOp.And => Formula.Infix(of[0], " and ", of[1], Binding.And),
        ScalarOp.Or => Formula.Infix(of[0], " or ", of[1], Binding.Or),
        ScalarOp.Not => new Formula("not " + of[0].In(Binding.Not), Binding.Not),
        _ => Formula.Call(Words(op), of),
    };

    private static Formula Comparison(string sign, IReadOnlyList<Formula> of) =>
        new($"{of[0].In(Binding.Sum)} {sign} {of[1].In(Binding.Sum)}", Binding.Comparison);

    private static string Words(ScalarOp op) => Regex.Replace(op.ToString(), "(?<=[a-z])(?=[A-Z])", "_").ToLowerInvariant();
}
