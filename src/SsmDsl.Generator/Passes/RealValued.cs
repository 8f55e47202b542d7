using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Passes;

/// <summary>Finds complex tensors whose imaginary parts are 0 by the form of what is written to them, as adjoints of real parts are.</summary>
internal static class RealValued
{
    public static HashSet<Tensor> In(GraphProgram program)
    {
        HashSet<Tensor> inputs = [.. program.Inputs.Select(p => p.Tensor)];
        Equation[] equations = [.. program.Body.Equations().Where(e => e.Target.Element == ElementType.Complex)];
        HashSet<Tensor> real = [.. equations.Select(e => e.Target).Where(t => !inputs.Contains(t))];
        while (equations.Where(e => real.Contains(e.Target) && !IsReal(e.Body, real)).Select(e => e.Target).ToArray() is { Length: > 0 } others)
            real.ExceptWith(others);
        return real;
    }

    private static bool IsReal(Scalar scalar, HashSet<Tensor> real) => scalar switch
    {
        { Type: not ElementType.Complex } => true,
        ConstantScalar c => c.Imaginary == 0,
        LoadScalar l => real.Contains(l.Tensor),
        SelectScalar s => IsReal(s.Then, real) && IsReal(s.Else, real),
        ApplyScalar { Op: ScalarOp.ToComplex } => true,
        ApplyScalar { Op: ScalarOp.Add or ScalarOp.Subtract or ScalarOp.Multiply or ScalarOp.Negate or ScalarOp.Conj } a => a.Arguments.All(x => IsReal(x, real)),
        _ => false,
    };
}
