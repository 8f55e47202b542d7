using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Generator.Tests.Cpu;

/// <summary>Random scalars of a type over given loop indices, whose values stay of moderate size.</summary>
/// <param name="pinned">Tensors whose first axis is read at one index only.</param>
internal sealed class RandomScalar(
    Random random, bool smooth, IReadOnlyList<Tensor> tensors, Tensor tokens, IReadOnlyDictionary<Tensor, IndexVar> pinned,
    ImmutableArray<IndexVar> axes,
    List<Scalar> made)
{
    private static readonly ScalarOp[] Functions =
    [
        ScalarOp.Tanh, ScalarOp.Sigmoid, ScalarOp.Softplus, ScalarOp.Sin, ScalarOp.Cos, ScalarOp.Erf, ScalarOp.Abs, ScalarOp.Negate,
        ScalarOp.Sign, ScalarOp.Floor,
    ];

    /// <summary>Functions of a bounded argument.</summary>
    private static readonly ScalarOp[] Narrow = [ScalarOp.Exp, ScalarOp.Expm1];

    /// <summary>Functions of a number above 0.</summary>
    private static readonly ScalarOp[] Positive = [ScalarOp.Log, ScalarOp.Log1p, ScalarOp.Sqrt];

    public Scalar Of(ElementType type, int depth)
    {
        Scalar[] again = [.. made.Where(m => m.Type == type)];
        if (again.Length > 0 && random.Next(5) == 0) return again[random.Next(again.Length)];
        Scalar scalar = type switch
        {
            ElementType.Real => Real(depth),
            ElementType.Int => Int(depth),
            ElementType.Bool => Bool(depth),
            _ => Complex(depth),
        };
        made.Add(scalar);
        return scalar;
    }

    private Scalar Real(int depth)
    {
        switch (depth <= 0 ? random.Next(3) : random.Next(12))
        {
            case 0: return Scalars.Real(Math.Round(random.NextDouble() * 4 - 2, 3));
            case 1:
            case 2: return Load(ElementType.Real);
            case 3: return Make(ScalarOp.Add, Of(ElementType.Real, depth - 1), Of(ElementType.Real, depth - 1));
            case 4: return Make(ScalarOp.Multiply, Of(ElementType.Real, depth - 1), Make(ScalarOp.Tanh, Of(ElementType.Real, depth - 1)));
            case 5: return Make(smooth ? Functions[random.Next(6)] : Functions[random.Next(Functions.Length)], Of(ElementType.Real, depth - 1));
            case 6: return Make(Narrow[random.Next(2)], Make(ScalarOp.Sin, Of(ElementType.Real, depth - 1)));
            case 7: return Make(Positive[random.Next(3)], Make(ScalarOp.Softplus, Of(ElementType.Real, depth - 1)));
            case 8: return new SelectScalar(Of(ElementType.Bool, depth - 1), Of(ElementType.Real, depth - 1), Of(ElementType.Real, depth - 1));
            case 9: return Make(random.Next(2) == 0 ? ScalarOp.Max : ScalarOp.Min, Of(ElementType.Real, depth - 1), Of(ElementType.Real, depth - 1));
            case 10: return new ApplyScalar(ScalarOp.PowerInteger, [Make(ScalarOp.Tanh, Of(ElementType.Real, depth - 1)), Scalars.Int(random.Next(0, 6))], ElementType.Real);
            default:
                return random.Next(3) switch
                {
                    0 => new ApplyScalar(ScalarOp.ToReal, [Int(ScalarOp.Mod, Of(ElementType.Int, depth - 1), Scalars.Int(random.Next(1, 5)))], ElementType.Real),
                    1 => Draw(),
                    _ => new ApplyScalar(random.Next(2) == 0 ? ScalarOp.Re : ScalarOp.Im, [Of(ElementType.Complex, depth - 1)], ElementType.Real),
                };
        }
    }

    private Scalar Int(int depth) => (depth <= 0 ? random.Next(3) : random.Next(6)) switch
    {
        0 => Scalars.Int(random.Next(-3, 4)),
        1 => axes.IsEmpty ? new RunScalar(RunValue.Offset) : new IndexScalar(Affine()),
        2 => Load(ElementType.Int),
        3 => Int(ScalarOp.Mod, Of(ElementType.Int, depth - 1), Scalars.Int(random.Next(1, 5))),
        4 => Int(ScalarOp.Div, Of(ElementType.Int, depth - 1), Scalars.Int(random.Next(1, 5))),
        _ => Int(ScalarOp.Subtract, Of(ElementType.Int, depth - 1), Int(ScalarOp.Mod, Of(ElementType.Int, depth - 1), Scalars.Int(9))),
    };

    private Scalar Bool(int depth) => (depth <= 0 ? random.Next(2) : random.Next(6)) switch
    {
        0 => new RunScalar(random.Next(2) == 0 ? RunValue.Training : RunValue.Start),
        1 => Load(ElementType.Bool),
        2 => Test((ScalarOp)random.Next((int)ScalarOp.Equal, (int)ScalarOp.GreaterOrEqual + 1), Of(ElementType.Int, depth - 1), Of(ElementType.Int, depth - 1)),
        3 when !smooth => Test(random.Next(2) == 0 ? ScalarOp.Less : ScalarOp.Greater, Of(ElementType.Real, depth - 1), Of(ElementType.Real, depth - 1)),
        4 => Test(random.Next(2) == 0 ? ScalarOp.And : ScalarOp.Or, Of(ElementType.Bool, depth - 1), Of(ElementType.Bool, depth - 1)),
        _ => Test(ScalarOp.Not, Of(ElementType.Bool, depth - 1)),
    };

    private Scalar Complex(int depth)
    {
        switch (depth <= 0 ? random.Next(2) : random.Next(4))
        {
            case 0: return new ConstantScalar(random.Next(-2, 3), 0.5, ElementType.Complex);
            case 1: return Load(ElementType.Complex);
            case 2: return new ApplyScalar(ScalarOp.Add, [Of(ElementType.Complex, depth - 1), Of(ElementType.Complex, depth - 1)], ElementType.Complex);
            default:
                Scalar bounded = new ApplyScalar(ScalarOp.ToComplex, [Make(ScalarOp.Tanh, Of(ElementType.Real, depth - 1))], ElementType.Complex);
                return new ApplyScalar(ScalarOp.Multiply, [Of(ElementType.Complex, depth - 1), bounded], ElementType.Complex);
        }
    }

    private static Scalar Make(ScalarOp op, params Scalar[] arguments) => new ApplyScalar(op, [.. arguments], ElementType.Real);

    private static Scalar Int(ScalarOp op, params Scalar[] arguments) => new ApplyScalar(op, [.. arguments], ElementType.Int);

    private static Scalar Test(ScalarOp op, params Scalar[] arguments) => new ApplyScalar(op, [.. arguments], ElementType.Bool);

    private DrawScalar Draw() => new(
        DrawKind.Uniform, "path.random", random.Next(2) == 0 || axes.IsEmpty ? null : Index.Of(axes[random.Next(axes.Length)]),
        [.. axes.Select(a => new DrawIndex(new ApplyScalar(ScalarOp.Add, [new IndexScalar(Index.Of(a)), new RunScalar(RunValue.Offset)], ElementType.Int),
            a.Size.TryGetConstant(out long size) ? size : null))]);

    private Index Affine()
    {
        Index index = Index.Of(random.Next(-2, 3));
        foreach (IndexVar axis in axes.Where(_ => random.Next(2) == 0)) index = index.Plus(Index.Of(axis).Times(random.Next(-1, 3)));
        return random.Next(4) switch { 0 => index.DividedBy(random.Next(2, 4)), 1 => index.Modulo(random.Next(2, 4)), _ => index };
    }

    /// <summary>An element of a tensor of the type: each axis by a plain index, a padded affine one, or looked up and checked.</summary>
    private Scalar Load(ElementType type)
    {
        Tensor[] candidates = [.. tensors.Where(t => t.Element == type)];
        if (candidates.Length == 0) return Scalars.Zero(type);
        Tensor tensor = candidates[random.Next(candidates.Length)];
        var indices = ImmutableArray.CreateBuilder<Index>();
        var access = ImmutableArray.CreateBuilder<AxisAccess>();
        foreach (TensorAxis axis in tensor.Axes)
        {
            if (indices.Count == 0 && pinned.TryGetValue(tensor, out IndexVar? pin))
            {
                indices.Add(Index.Of(pin));
                access.Add(AxisAccess.InRange);
                continue;
            }

            IndexVar[] plain = [.. axes.Where(a => a.Size.Equals(axis.Size))];
            if (plain.Length > 0 && random.Next(4) != 0)
            {
                indices.Add(Index.Of(plain[random.Next(plain.Length)]));
                access.Add(AxisAccess.InRange);
            }
            else if (axis.Size.TryGetConstant(out long size) && size >= 3 && random.Next(2) == 0)
            {
                // Values of tokens are 0 … 2; outside of the sizes of the batch and of time they are 0.
                ImmutableArray<Index> at = [Affine(), Affine()];
                var token = new LoadScalar(tokens, at, [AxisAccess.Padded, AxisAccess.Padded]);
                indices.Add(new Index([new IndexTerm(1, new LookupAtom(token))], 0));
                access.Add(AxisAccess.Checked);
            }
            else
            {
                indices.Add(Affine());
                access.Add(AxisAccess.Padded);
            }
        }

        return new LoadScalar(tensor, indices.ToImmutable(), access.ToImmutable());
    }
}
