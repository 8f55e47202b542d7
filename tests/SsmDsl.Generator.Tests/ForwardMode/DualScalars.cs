using System.Text;
using SsmDsl.Interpretation;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Generator.Tests.ForwardMode;

/// <summary>Evaluates expressions in dual numbers.</summary>
internal sealed class DualScalars(InterpreterInput input, Func<Tensor, DualTensor> tensors)
{
    private readonly ulong key = SsmDsl.Numerics.Philox.RunKey(input.Seed, input.Step);

    /// <summary>The values of the indices in scope.</summary>
    public Dictionary<IndexVar, long> Indices { get; } = [];

    public long Size(Dim size) => size.Evaluate(s => input.Sizes[s]);

    public long At(Index index) => Size(index.Constant) + index.Terms.Sum(t => t.Coefficient * At(t.Atom));

    public Dual Of(Scalar scalar) => scalar switch
    {
        ConstantScalar c => new Dual(new(c.Real, c.Imaginary), 0),
        IndexScalar i => At(i.Value),
        RunScalar r => r.Value switch { RunValue.Training => Dual.Truth(input.Training), RunValue.Start => Dual.Truth(input.Start), _ => input.Offset },
        LoadScalar l => Load(l),
        SelectScalar s => Of(s.Condition).IsTrue ? Of(s.Then) : Of(s.Else),
        ApplyScalar { Op: ScalarOp.And } a => Dual.Truth(Of(a.Arguments[0]).IsTrue && Of(a.Arguments[1]).IsTrue),
        ApplyScalar { Op: ScalarOp.Or } a => Dual.Truth(Of(a.Arguments[0]).IsTrue || Of(a.Arguments[1]).IsTrue),
        ApplyScalar a => Apply(a, [.. a.Arguments.Select(Of)]),
        DrawScalar { Kind: DrawKind.Uniform } d => Draw(d),
        _ => throw new NotSupportedException(scalar.ToString()),
    };

    private long At(IndexAtom atom) => atom switch
    {
        VariableAtom v => Indices[v.Variable],
        DivAtom d => (long)Math.Floor((double)At(d.Dividend) / d.Divisor),
        ModAtom m => At(m.Dividend) - m.Divisor * (long)Math.Floor((double)At(m.Dividend) / m.Divisor),
        _ => (long)Of(((LookupAtom)atom).Value).Number,
    };

    private Dual Load(LoadScalar load)
    {
        Dual? value = tensors(load.Tensor)[[.. load.Indices.Select(At)]];
        return value ?? (load.Access.Contains(AxisAccess.Padded) ? 0 : throw new InvalidOperationException($"{load.Tensor} is read outside of its places"));
    }

    private Dual Draw(DrawScalar draw)
    {
        ulong position = draw.Indices.Aggregate(0UL, (p, i) => unchecked(p * (i.Size is { } size ? (ulong)size : 1UL << 32) + (ulong)(long)Of(i.Value).Number));
        uint path = Encoding.UTF8.GetBytes(draw.Path).Aggregate(2166136261, (hash, b) => unchecked((hash ^ b) * 16777619));
        return SsmDsl.Numerics.Philox.Uniform(position, draw.Sequence is null ? 0 : (uint)At(draw.Sequence), path, key);
    }

    private static Dual Apply(ApplyScalar node, Dual[] a) => node.Op switch
    {
        ScalarOp.ToReal or ScalarOp.ToComplex => a[0],
        ScalarOp.Negate => -a[0],
        ScalarOp.Add => a[0] + a[1],
        ScalarOp.Subtract => a[0] - a[1],
        ScalarOp.Multiply => a[0] * a[1],
        ScalarOp.Divide => a[0] / a[1],
        ScalarOp.Div => Math.Floor(a[0].Number / a[1].Number),
        ScalarOp.Mod => a[0].Number - a[1].Number * Math.Floor(a[0].Number / a[1].Number),
        ScalarOp.Power => Dual.Power(a[0], a[1]),
        ScalarOp.PowerInteger => Dual.Whole(a[0], (int)a[1].Number),
        ScalarOp.Equal => Dual.Truth(a[0].Value == a[1].Value),
        ScalarOp.NotEqual => Dual.Truth(a[0].Value != a[1].Value),
        ScalarOp.Less => Dual.Truth(a[0].Number < a[1].Number),
        ScalarOp.LessOrEqual => Dual.Truth(a[0].Number <= a[1].Number),
        ScalarOp.Greater => Dual.Truth(a[0].Number > a[1].Number),
        ScalarOp.GreaterOrEqual => Dual.Truth(a[0].Number >= a[1].Number),
        ScalarOp.Not => Dual.Truth(!a[0].IsTrue),
        ScalarOp.Exp => Dual.Exp(a[0]),
        ScalarOp.Log => Dual.Log(a[0]),
        ScalarOp.Log1p => Dual.Log(1 + a[0]),
        ScalarOp.Expm1 => Dual.Exp(a[0]) - 1,
        ScalarOp.Sqrt => Dual.Sqrt(a[0]),
        ScalarOp.Sin => Dual.Sin(a[0]),
        ScalarOp.Cos => Dual.Cos(a[0]),
        ScalarOp.Tanh => Dual.Tanh(a[0]),
        ScalarOp.Sigmoid => Dual.Sigmoid(a[0]),
        ScalarOp.Softplus => Dual.Log(1 + Dual.Exp(a[0])),
        ScalarOp.Erf => Dual.Erf(a[0]),
        ScalarOp.Abs => Dual.Abs(a[0]),
        ScalarOp.Sign => Math.Sign(a[0].Number),
        ScalarOp.Floor => Math.Floor(a[0].Number),
        ScalarOp.Min => Extreme(node, a[0], a[1], a[0].Number < a[1].Number),
        ScalarOp.Max => Extreme(node, a[0], a[1], a[0].Number > a[1].Number),
        ScalarOp.Re => Dual.Re(a[0]),
        ScalarOp.Im => Dual.Im(a[0]),
        ScalarOp.Conj => Dual.Conj(a[0]),
        _ => throw new NotSupportedException(node.Op.ToString()),
    };

    /// <summary>A tie goes to the first, and has no slope if either is a constant of the text.</summary>
    private static Dual Extreme(ApplyScalar node, Dual a, Dual b, bool isFirst) =>
        double.IsNaN(a.Number) || double.IsNaN(b.Number) ? double.NaN
        : a.Number != b.Number ? isFirst ? a : b
        : node.Arguments.Any(x => x.All().All(part => part is ConstantScalar or ApplyScalar)) ? a.Number
        : a;
}
