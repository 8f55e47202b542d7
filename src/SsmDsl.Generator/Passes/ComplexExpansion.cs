using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Passes;

/// <summary>
/// Writes every complex tensor as two real ones, planar. Ports become real tensors with a last axis of 2, as they are in
/// memory. After this pass no complex number is left.
/// </summary>
public sealed class ComplexExpansion
{
    private readonly Dictionary<Tensor, (Tensor Re, Tensor Im)> planes = [];
    private readonly Dictionary<Tensor, Tensor> inputs = [];
    private readonly ComplexPairs pairs;
    private readonly HashSet<Tensor> real;

    private ComplexExpansion(GraphProgram program) => (pairs, real) = (new ComplexPairs(Load), RealValued.In(program));

    public static GraphProgram Run(GraphProgram program)
    {
        var pass = new ComplexExpansion(program);
        ImmutableArray<Port> inputs = [.. program.Inputs.Select(pass.Input)];
        ImmutableArray<Node>.Builder body = pass.Expand(program.Body).ToBuilder();
        ImmutableArray<Port> outputs = [.. program.Outputs.Select(p => pass.Output(p, body))];
        return program with { Inputs = inputs, Outputs = outputs, Body = body.ToImmutable() };
    }

    private static bool IsComplex(Tensor tensor) => tensor.Element == ElementType.Complex;

    private static Tensor Interleaved(Tensor tensor) => new(tensor.Name, ElementType.Real, tensor.Axes.Add(new TensorAxis(2)), tensor.Origin);

    private Port Input(Port port)
    {
        if (!IsComplex(port.Tensor)) return port;
        if (!inputs.TryGetValue(port.Tensor, out Tensor? made)) inputs[port.Tensor] = made = Interleaved(port.Tensor);
        return port with { Tensor = made };
    }

    private Port Output(Port port, ImmutableArray<Node>.Builder body)
    {
        if (!IsComplex(port.Tensor)) return port;
        if (inputs.TryGetValue(port.Tensor, out Tensor? given)) return port with { Tensor = given };
        Tensor made = Interleaved(port.Tensor);
        (Tensor re, Tensor im) = Planes(port.Tensor);
        foreach ((Tensor plane, int part) in new[] { (re, 0), (im, 1) })
        {
            ImmutableArray<IndexVar> axes = [.. port.Tensor.Axes.Select((a, i) => new IndexVar($"i{i}", a.Size))];
            ImmutableArray<Ir.Index> place = [.. axes.Select(Ir.Index.Of)];
            body.Add(new Equation(made, axes, place.Add(Ir.Index.Of(part)), null, Read(plane, place, [.. place.Select(_ => AxisAccess.InRange)])));
        }

        return port with { Tensor = made };
    }

    private (Tensor Re, Tensor Im) Planes(Tensor tensor)
    {
        if (!planes.TryGetValue(tensor, out (Tensor, Tensor) pair))
        {
            planes[tensor] = pair = (
                new Tensor($"{tensor.Name}.re", ElementType.Real, tensor.Axes, tensor.Origin),
                new Tensor($"{tensor.Name}.im", ElementType.Real, tensor.Axes, tensor.Origin));
        }

        return pair;
    }

    private ScalarPair Load(LoadScalar load)
    {
        ImmutableArray<Ir.Index> indices = [.. load.Indices.Select(pairs.OfIndex)];
        if (inputs.TryGetValue(load.Tensor, out Tensor? input))
        {
            ImmutableArray<AxisAccess> access = load.Access.Add(AxisAccess.InRange);
            return new ScalarPair(Read(input, indices.Add(Ir.Index.Of(0)), access), Read(input, indices.Add(Ir.Index.Of(1)), access));
        }

        (Tensor re, Tensor im) = Planes(load.Tensor);
        return new ScalarPair(Read(re, indices, load.Access), real.Contains(load.Tensor) ? Scalars.Real(0) : Read(im, indices, load.Access));
    }

    private static LoadScalar Read(Tensor tensor, ImmutableArray<Ir.Index> indices, ImmutableArray<AxisAccess> access) => new(tensor, indices, access);

    private ImmutableArray<Node> Expand(ImmutableArray<Node> nodes) => [.. nodes.SelectMany(n => n is Recurrence r
        ? [r with { Members = Expand(r.Members) }]
        : Expand((Equation)n))];

    private IEnumerable<Node> Expand(Equation equation)
    {
        if (IsComplex(equation.Target) && equation.Reduction is { Kind: ReduceKind.Prod } product)
        {
            return Expand([.. ProductAsRecurrence(equation, product)]);
        }

        Equation real = equation with
        {
            Left = [.. equation.Left.Select(pairs.OfIndex)],
            Guard = equation.Guard is null ? null : pairs.OfReal(equation.Guard),
            Reduction = equation.Reduction is not { Condition: { } condition } reduction ? equation.Reduction : reduction with { Condition = pairs.OfReal(condition) },
        };
        if (!IsComplex(equation.Target)) return [real with { Body = pairs.OfReal(equation.Body) }];
        (Tensor re, Tensor im) = Planes(equation.Target);
        ScalarPair body = pairs.OfComplex(equation.Body);
        return [real with { Target = re, Body = body.Re }, real with { Target = im, Body = body.Im }];
    }

    /// <summary>A complex product does not split into parts: p[q] = p[q-1]·body(q) along the flattened axes, p[-1] = 1.</summary>
    private static IEnumerable<Node> ProductAsRecurrence(Equation equation, Reduction product)
    {
        Dim count = product.Axes.Aggregate((Dim)1, (n, a) => n * a.Size);
        var step = new IndexVar("q", count);
        var values = new Dictionary<IndexVar, Ir.Index>();
        Ir.Index rest = Ir.Index.Of(step);
        foreach (IndexVar axis in product.Axes.Reverse())
        {
            bool isFirst = ReferenceEquals(axis, product.Axes[0]);
            if (isFirst) values[axis] = rest;
            else if (axis.Size.TryGetConstant(out long size)) (values[axis], rest) = (rest.Modulo(size), rest.DividedBy(size));
            else throw new NotSupportedException("a complex product over several dynamic axes");
        }

        var substitution = new Substitution(values);
        ImmutableArray<Ir.Index> place = [.. equation.Axes.Select(Ir.Index.Of)];
        var running = new Tensor($"{equation.Target.Name}.product", ElementType.Complex, [.. equation.Axes.Select(a => new TensorAxis(a.Size)), new TensorAxis(count, 1)]);
        ImmutableArray<AxisAccess> inRange = [.. place.Select(_ => AxisAccess.InRange), AxisAccess.InRange];
        Scalar before = Read(running, place.Add(Ir.Index.Of(step).Plus(-1)), inRange);
        Scalar next = Scalars.Multiply(before, substitution.Apply(equation.Body));
        if (product.Condition is { } condition) next = Scalars.Select(substitution.Apply(condition), next, before);
        yield return new Equation(running, equation.Axes, place.Add(Ir.Index.Of(-1)), null, Scalars.One(ElementType.Complex));
        yield return new Recurrence(step, false, RecurrenceKind.Sequence,
            [new Equation(running, equation.Axes.Add(step), place.Add(Ir.Index.Of(step)), null, next, equation.Guard)]);
        yield return equation with { Reduction = null, Body = Read(running, place.Add(Ir.Index.Of(count - 1)), inRange) };
    }
}
