using System.Numerics;
using SsmDsl.Autodiff;
using SsmDsl.Interpretation;
using SsmDsl.Ir;
using SsmDsl.Passes;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Generator.Tests.ForwardMode;

/// <summary>Every row of the table of scalar operations, real and complex: its adjoint against dual numbers, at kinks too.</summary>
public sealed class ScalarDerivativeTests
{
    private static readonly ScalarOp[] Unseen = [ScalarOp.HippoLegsLambda, ScalarOp.HippoLegsP, ScalarOp.HippoLegsFrequency, ScalarOp.Atan2];

    private static readonly double[] Reals = [-2.3, -1, -0.4, -1e-3, 0, 1e-3, 0.3, 1, 1.7, 3];

    private static readonly Complex[] Complexes =
        [.. new[] { -1.5, -0.2, 0.7, 2 }.SelectMany(re => new[] { -2, -0.6, 0.1, 1.3 }.Select(im => new Complex(re, im)))];

    /// <summary>All operations but those that only initialisers have, and the one that only they need.</summary>
    public static TheoryData<ScalarOp> Operations => [.. Enum.GetValues<ScalarOp>().Except(Unseen)];

    [Theory]
    [MemberData(nameof(Operations))]
    public void Real_derivatives(ScalarOp op)
    {
        ScalarRow row = ScalarOps.Row(op);
        if (row.Evaluate is null || op is ScalarOp.ToReal or ScalarOp.ToComplex or ScalarOp.Re or ScalarOp.Im or ScalarOp.Conj) return;
        Complex[][] points = [.. (row.Arity == 1 ? Reals.Select(a => new[] { a }) : Reals.SelectMany(a => Reals.Select(b => new[] { a, b })))
            .Where(p => IsDefined(op, p)).Select(p => p.Select(x => new Complex(x, 0)).ToArray())];
        ElementType type = ResultOf(op, ElementType.Real);
        if (op != ScalarOp.PowerInteger) Check(row, ElementType.Real, points, a => new ApplyScalar(op, [.. a], type));

        // An argument that is a constant of the text: exponents are, and ties with it have no slope.
        double[] constants = row.Arity == 1 ? [] : op == ScalarOp.PowerInteger ? [-2, -1, 0, 1, 2, 3, 5] : [-2, 0.3, 1, 3];
        foreach (double constant in constants)
        {
            Scalar number = op == ScalarOp.PowerInteger ? Scalars.Int((long)constant) : Scalars.Real(constant);
            Check(row, ElementType.Real, [.. Reals.Where(a => IsDefined(op, a, constant)).Select(a => new[] { new Complex(a, 0) })], a => new ApplyScalar(op, [a[0], number], type));
        }
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Complex_derivatives(ScalarOp op)
    {
        ScalarRow row = ScalarOps.Row(op);
        if (row.EvaluateComplex is null) return;
        ElementType from = op == ScalarOp.ToComplex ? ElementType.Real : ElementType.Complex;
        Complex[] values = from == ElementType.Real ? [.. Reals.Select(x => new Complex(x, 0))] : op == ScalarOp.Abs ? [.. Complexes, 0] : Complexes;
        int[] exponents = op == ScalarOp.PowerInteger ? [-2, -1, 0, 1, 2, 3, 5] : [0];
        Complex[][] points = row.Arity == 1 || op == ScalarOp.PowerInteger ? [.. values.Select(z => new[] { z })] : [.. values.SelectMany(z => values.Select(w => new[] { z, w }))];
        foreach (int exponent in exponents)
        {
            Check(row, from, points, a => new ApplyScalar(op, op == ScalarOp.PowerInteger ? [a[0], Scalars.Int(exponent)] : [.. a], ResultOf(op, ElementType.Complex)));
        }
    }

    private static bool IsDefined(ScalarOp op, params double[] a) => op switch
    {
        ScalarOp.Log or ScalarOp.Sqrt => a[0] > 0,
        ScalarOp.Log1p => a[0] > -1,
        ScalarOp.Divide or ScalarOp.Div or ScalarOp.Mod => a[1] != 0,
        ScalarOp.Power => a[0] > 0,
        ScalarOp.PowerInteger => a[0] != 0 || a[1] > 0,
        _ => true,
    };

    private static ElementType ResultOf(ScalarOp op, ElementType type) => op switch
    {
        >= ScalarOp.Equal and <= ScalarOp.Not => ElementType.Bool,
        ScalarOp.Re or ScalarOp.Im or ScalarOp.Abs => ElementType.Real,
        _ => type,
    };

    /// <summary>One element for each point, so that every place of the gradient is the derivative of one element.</summary>
    private static void Check(ScalarRow row, ElementType from, Complex[][] points, Func<Scalar[], ApplyScalar> make)
    {
        if (points.Length == 0) return;
        var i = new IndexVar("i", points.Length);
        Tensor[] arguments = [.. points[0].Select((_, k) => new Tensor($"x{k}", from, [new TensorAxis(points.Length)]))];
        ApplyScalar value = make([.. arguments.Select(a => (Scalar)new LoadScalar(a, [Index.Of(i)], [AxisAccess.InRange]))]);
        var result = new Tensor("y", value.Type, [new TensorAxis(points.Length)]);
        var program = new GraphProgram("Scalar", [], [.. arguments.Select(a => new Port(PortKind.Input, a.Name, a))], [new Port(PortKind.Output, "y", result)],
            [new Equation(result, [i], [Index.Of(i)], null, value)]);
        Complex[] units = from == ElementType.Complex ? [1, Complex.ImaginaryOne] : [1];
        for (int k = 0; k < arguments.Length; k++)
        {
            foreach (Complex direction in units)
            {
                double[] tangents = ForwardProgram.Run(program, Input(), port => port.Name == $"x{k}" ? Flat(from, points.Select(_ => direction)) : null).Outputs.Values.Single().Tangents;
                if (row.Adjoint is null) Assert.All(tangents, t => Assert.Equal(0, t));
                else CheckAgainst(tangents, k, direction);
            }
        }

        InterpreterInput Input(Complex seed = default) => new()
        {
            Sizes = new Dictionary<DimSymbol, long>(),
            Read = port => port.Kind == PortKind.OutputSeed
                ? Flat(value.Type, points.Select(_ => seed))
                : Flat(from, points.Select(p => p[int.Parse(port.Name[1..], System.Globalization.CultureInfo.InvariantCulture)])),
        };

        void CheckAgainst(double[] tangents, int argument, Complex direction)
        {
            foreach (Complex seed in value.Type == ElementType.Complex ? new[] { 1, Complex.ImaginaryOne } : [1])
            {
                GraphProgram reverse = ReverseMode.VectorJacobian(program);
                foreach (GraphProgram form in new[] { reverse, ComplexExpansion.Run(reverse) })
                {
                    double[] gradient = Interpreter.Run(form, Input(seed)).Single(o => o.Key.Kind == PortKind.InputGradient && o.Key.Name == $"x{argument}").Value;
                    for (int n = 0; n < points.Length; n++)
                    {
                        double forward = Inner(Number(value.Type, tangents, n), seed), backward = Inner(Number(from, gradient, n), direction);
                        Assert.True(Math.Abs(forward - backward) <= 1e-11 * (1 + Math.Abs(forward)),
                            $"{row.Op}({string.Join(", ", points[n])}), argument {argument} along {direction}, seed {seed}: {backward:R}, in dual numbers {forward:R}");
                    }
                }
            }
        }
    }

    private static double Inner(Complex a, Complex b) => a.Real * b.Real + a.Imaginary * b.Imaginary;

    private static Complex Number(ElementType type, double[] flat, int n) => type == ElementType.Complex ? new Complex(flat[2 * n], flat[2 * n + 1]) : flat[n];

    private static double[] Flat(ElementType type, IEnumerable<Complex> values) =>
        [.. values.SelectMany(z => type == ElementType.Complex ? new[] { z.Real, z.Imaginary } : [z.Real])];
}
