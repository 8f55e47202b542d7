using System.Buffers.Binary;
using System.Numerics;
using System.Text.Json;
using SsmDsl.Interpretation;
using SsmDsl.Ir;
using SsmDsl.Passes;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Generator.Tests.Ir;

/// <summary>Every row of the table of scalar operations: complete, and with the values and derivatives that 60 digits give.</summary>
public sealed class ScalarOpTests
{
    private static readonly Dictionary<string, double[]> Reference = Read(Path.Combine(AppContext.BaseDirectory, "Vectors", "scalar-functions.safetensors"));

    [Fact]
    public void No_row_has_a_hole()
    {
        ScalarOp[] withoutGradient =
        [
            ScalarOp.ToReal, ScalarOp.Div, ScalarOp.Mod, ScalarOp.Equal, ScalarOp.NotEqual, ScalarOp.Less, ScalarOp.LessOrEqual, ScalarOp.Greater,
            ScalarOp.GreaterOrEqual, ScalarOp.And, ScalarOp.Or, ScalarOp.Not, ScalarOp.Sign, ScalarOp.Floor, ScalarOp.HippoLegsLambda, ScalarOp.HippoLegsP,
            ScalarOp.HippoLegsFrequency, ScalarOp.Atan2,
        ];
        foreach (ScalarOp op in Enum.GetValues<ScalarOp>())
        {
            ScalarRow row = ScalarOps.Row(op);
            Assert.True(row.Evaluate is not null || row.EvaluateComplex is not null, $"{op} cannot be evaluated");
            Assert.Equal(withoutGradient.Contains(op), row.Adjoint is null);
            Assert.InRange(row.Arity, 1, 2);
        }
    }

    [Theory]
    [InlineData("exp", ScalarOp.Exp)]
    [InlineData("log", ScalarOp.Log)]
    [InlineData("log1p", ScalarOp.Log1p)]
    [InlineData("expm1", ScalarOp.Expm1)]
    [InlineData("sqrt", ScalarOp.Sqrt)]
    [InlineData("sin", ScalarOp.Sin)]
    [InlineData("cos", ScalarOp.Cos)]
    [InlineData("tanh", ScalarOp.Tanh)]
    [InlineData("sigmoid", ScalarOp.Sigmoid)]
    [InlineData("softplus", ScalarOp.Softplus)]
    [InlineData("erf", ScalarOp.Erf)]
    [InlineData("abs", ScalarOp.Abs)]
    [InlineData("sign", ScalarOp.Sign)]
    [InlineData("floor", ScalarOp.Floor)]
    public void Functions_of_one_argument(string name, ScalarOp op)
    {
        double[] x = Reference[$"{name}.x"], value = Reference[$"{name}.value"], derivative = Reference[$"{name}.derivative"];
        for (int i = 0; i < x.Length; i++)
        {
            var node = new ApplyScalar(op, [Scalars.Real(x[i])], ElementType.Real);
            AssertClose($"{name}({x[i]})", value[i], Evaluate(node).Real, 1e-13 * (Math.Abs(value[i]) + Math.Abs(x[i] * derivative[i])) + 1e-300);
            double found = ScalarOps.Row(op).Adjoint is { } adjoint ? Evaluate(adjoint(node, Scalars.Real(1))[0]).Real : 0;
            AssertClose($"{name}'({x[i]})", derivative[i], found, 1e-13 * (1 + Math.Abs(derivative[i])));
        }
    }

    [Theory]
    [InlineData("min", ScalarOp.Min)]
    [InlineData("max", ScalarOp.Max)]
    [InlineData("power", ScalarOp.Power)]
    public void Functions_of_two_arguments(string name, ScalarOp op)
    {
        double[] x = Reference[$"{name}.x"], y = Reference[$"{name}.y"];
        for (int i = 0; i < x.Length; i++)
        {
            // Reads of a tensor, so that neither argument is a constant of the source.
            Tensor a = new("a", ElementType.Real, [new TensorAxis(1)]), b = new("b", ElementType.Real, [new TensorAxis(1)]);
            var node = new ApplyScalar(op, [At(a), At(b)], ElementType.Real);
            Dictionary<Tensor, double[]> values = new() { [a] = [x[i]], [b] = [y[i]] };
            Scalar[] adjoints = ScalarOps.Row(op).Adjoint!(node, Scalars.Real(1));
            double value = Reference[$"{name}.value"][i], dx = Reference[$"{name}.dx"][i], dy = Reference[$"{name}.dy"][i];
            double scale = Math.Abs(value) + Math.Abs(x[i] * dx) + Math.Abs(y[i] * dy);
            AssertClose($"{name}({x[i]}, {y[i]})", value, Evaluate(node, values).Real, 1e-13 * scale + 1e-300);
            AssertClose($"d{name}/dx({x[i]}, {y[i]})", dx, Evaluate(adjoints[0], values).Real, 1e-13 * (1 + Math.Abs(dx)) * (1 + Math.Abs(y[i])));
            AssertClose($"d{name}/dy({x[i]}, {y[i]})", dy, Evaluate(adjoints[1], values).Real, 1e-13 * (1 + Math.Abs(dy)) * (1 + Math.Abs(y[i])));
        }
    }

    [Theory]
    [InlineData("complex_exp", ScalarOp.Exp)]
    [InlineData("complex_sqrt", ScalarOp.Sqrt)]
    public void Complex_functions_and_their_expansion_to_pairs(string name, ScalarOp op)
    {
        Complex[] z = Complexes($"{name}.z"), value = Complexes($"{name}.value"), derivative = Complexes($"{name}.derivative");
        for (int i = 0; i < z.Length; i++)
        {
            var node = new ApplyScalar(op, [Number(z[i])], ElementType.Complex);
            double tolerance = 1e-13 * (Complex.Abs(value[i]) + Complex.Abs(z[i] * derivative[i])) + 1e-300;
            AssertClose($"{name}({z[i]})", value[i], Evaluate(node), tolerance);
            ScalarPair pair = new ComplexPairs(_ => throw new InvalidOperationException()).OfComplex(node);
            AssertClose($"{name}({z[i]}) in pairs", value[i], new Complex(Evaluate(pair.Re).Real, Evaluate(pair.Im).Real), tolerance);

            // The adjoint of a holomorphic function is g·conj(f'(z)).
            Complex found = Evaluate(ScalarOps.Row(op).Adjoint!(node, Scalars.One(ElementType.Complex))[0]);
            AssertClose($"{name}'({z[i]})", derivative[i], Complex.Conjugate(found), 1e-13 * (1 + Complex.Abs(derivative[i])));
        }
    }

    [Theory]
    [InlineData("complex_multiply", ScalarOp.Multiply)]
    [InlineData("complex_divide", ScalarOp.Divide)]
    public void Complex_arithmetic_and_its_expansion_to_pairs(string name, ScalarOp op)
    {
        Complex[] z = Complexes($"{name}.z"), w = Complexes($"{name}.w"), value = Complexes($"{name}.value"), dz = Complexes($"{name}.dz"), dw = Complexes($"{name}.dw");
        for (int i = 0; i < z.Length; i++)
        {
            var node = new ApplyScalar(op, [Number(z[i]), Number(w[i])], ElementType.Complex);
            double tolerance = 1e-13 * Complex.Abs(value[i]) + 1e-300;
            AssertClose($"{name}({z[i]}, {w[i]})", value[i], Evaluate(node), tolerance);
            ScalarPair pair = new ComplexPairs(_ => throw new InvalidOperationException()).OfComplex(node);
            AssertClose($"{name}({z[i]}, {w[i]}) in pairs", value[i], new Complex(Evaluate(pair.Re).Real, Evaluate(pair.Im).Real), tolerance);
            Scalar[] adjoints = ScalarOps.Row(op).Adjoint!(node, Scalars.One(ElementType.Complex));
            AssertClose($"{name} dz", dz[i], Complex.Conjugate(Evaluate(adjoints[0])), 1e-13 * (1 + Complex.Abs(dz[i])));
            AssertClose($"{name} dw", dw[i], Complex.Conjugate(Evaluate(adjoints[1])), 1e-13 * (1 + Complex.Abs(dw[i])));
        }
    }

    private static Scalar Number(Complex z) => new ConstantScalar(z.Real, z.Imaginary, ElementType.Complex);

    private static LoadScalar At(Tensor tensor) => new(tensor, [Index.Of(0)], [AxisAccess.InRange]);

    private static Complex Evaluate(Scalar scalar, Dictionary<Tensor, double[]>? values = null)
    {
        var result = new Tensor("result", scalar.Type, []);
        Port[] inputs = [.. (values ?? []).Keys.Select(t => new Port(PortKind.Input, t.Name, t))];
        var output = new Port(PortKind.Output, "result", result);
        var program = new GraphProgram("scalar", [], [.. inputs], [output], [new Equation(result, [], [], null, scalar)]);
        double[] found = Interpreter.Run(program, new InterpreterInput { Sizes = new Dictionary<DimSymbol, long>(), Read = port => values![port.Tensor] })[output];
        return new Complex(found[0], found.Length > 1 ? found[1] : 0);
    }

    private static void AssertClose(string what, Complex expected, Complex found, double tolerance)
    {
        bool same = expected.Equals(found) || (double.IsNaN(expected.Real) && double.IsNaN(found.Real));
        Assert.True(same || Complex.Abs(expected - found) <= tolerance, $"{what}: expected {expected}, found {found}");
    }

    private static Complex[] Complexes(string name) => [.. Reference[name].Chunk(2).Select(pair => new Complex(pair[0], pair[1]))];

    private static Dictionary<string, double[]> Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        using JsonDocument header = JsonDocument.Parse(bytes.AsMemory(8, length));
        return header.RootElement.EnumerateObject().Where(e => e.Name != "__metadata__").ToDictionary(e => e.Name, e =>
        {
            (int start, int end) = (e.Value.GetProperty("data_offsets")[0].GetInt32(), e.Value.GetProperty("data_offsets")[1].GetInt32());
            bool isInt = e.Value.GetProperty("dtype").GetString() == "I64";
            return Enumerable.Range(0, (end - start) / 8).Select(i => isInt
                ? BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8 + length + start + 8 * i))
                : BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(8 + length + start + 8 * i))).ToArray();
        });
    }
}
