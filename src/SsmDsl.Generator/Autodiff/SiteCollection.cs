using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Autodiff;

/// <summary>Finds all sites of a program, and adds to its body what their adjoints need to know of the forward run.</summary>
internal sealed class SiteCollection(IReadOnlyDictionary<Tensor, Tensor> adjoints)
{
    private readonly Dictionary<Scalar, bool> isActive = new(ReferenceComparer.Instance);

    public Dictionary<Tensor, List<Site>> Sites { get; } = adjoints.Keys.ToDictionary(t => t, _ => new List<Site>());

    /// <summary>The nodes, each followed by what was added for it.</summary>
    public ImmutableArray<Node> Visit(ImmutableArray<Node> nodes, ImmutableArray<Recurrence> scope)
    {
        var result = ImmutableArray.CreateBuilder<Node>();
        foreach (Node node in nodes)
        {
            if (node is Recurrence recurrence)
            {
                result.Add(recurrence with { Members = Visit(recurrence.Members, scope.Add(recurrence)) });
                continue;
            }

            var equation = (Equation)node;
            result.Add(equation);
            if (adjoints.ContainsKey(equation.Target)) Visit(equation, scope, result);
        }

        return result.ToImmutable();
    }

    private void Visit(Equation equation, ImmutableArray<Recurrence> scope, ImmutableArray<Node>.Builder added)
    {
        var found = new List<(LoadScalar Load, Scalar Adjoint)>();
        Collect(equation.Body, BodyAdjoint(equation, added), found);
        ImmutableArray<IndexVar> variables = equation.Reduction is { } reduction ? equation.Axes.AddRange(reduction.Axes) : equation.Axes;
        foreach ((LoadScalar load, Scalar adjoint) in found)
        {
            Sites[load.Tensor].Add(new Site(load, adjoint, variables, scope, equation.Comment));
        }
    }

    /// <summary>The adjoint of the body for all values of the equation's variables; selected to 0 where it is not kept.</summary>
    private Scalar BodyAdjoint(Equation equation, ImmutableArray<Node>.Builder added)
    {
        Scalar g = Scalars.Read(adjoints[equation.Target], equation.Left);
        Scalar none = Scalars.Zero(equation.Target.Element);
        if (equation.Reduction is { } reduction)
        {
            g = reduction.Kind switch
            {
                ReduceKind.Sum => g,
                ReduceKind.LogSumExp => LogSumExpAdjoint(equation, g),
                ReduceKind.Prod => Scalars.Multiply(g, Conj(Scalars.Read(Others(equation, reduction, added), [.. equation.Axes.AddRange(reduction.Axes).Select(Ir.Index.Of)]))),
                ReduceKind.Max or ReduceKind.Min => Scalars.Select(IsChosen(equation, reduction, added), g, none),
                _ => throw new InvalidOperationException($"{reduction.Kind} has no adjoint"),
            };
            if (reduction.Condition is { } condition) g = Scalars.Select(condition, g, none);
        }

        return equation.Guard is { } guard ? Scalars.Select(guard, g, none) : g;
    }

    /// <summary>d logsumexp = g·exp(body - result); 0 where nothing was kept.</summary>
    private static Scalar LogSumExpAdjoint(Equation equation, Scalar g)
    {
        Scalar result = Scalars.Read(equation.Target, equation.Left);
        Scalar share = Scalars.Apply(ScalarOp.Exp, ElementType.Real, Scalars.Subtract(equation.Body, result));
        Scalar isNothing = Scalars.Compare(ScalarOp.Equal, result, Scalars.Real(double.NegativeInfinity));
        return Scalars.Select(isNothing, Scalars.Real(0), Scalars.Multiply(g, share));
    }

    /// <summary>The product of all other kept elements: others[i, k] = Π_{k' ≠ k} body(i, k').</summary>
    private static Tensor Others(Equation equation, Reduction reduction, ImmutableArray<Node>.Builder added)
    {
        ImmutableArray<IndexVar> axes = equation.Axes.AddRange(reduction.Axes);
        var others = new Tensor($"{equation.Target.Name}.others", equation.Target.Element, [.. axes.Select(a => new TensorAxis(a.Size))]);
        ImmutableArray<IndexVar> inner = [.. reduction.Axes.Select(a => new IndexVar(a.Name, a.Size))];
        Substitution renaming = Substitution.Renaming(reduction.Axes.Zip(inner, (a, b) => (a, b)));
        Scalar differs = reduction.Axes.Zip(inner, (a, b) => Scalars.Compare(ScalarOp.NotEqual, Scalars.Of(Ir.Index.Of(a)), Scalars.Of(Ir.Index.Of(b))))
            .Aggregate(Scalars.False, (x, y) => Scalars.Apply(ScalarOp.Or, ElementType.Bool, x, y));
        Scalar condition = reduction.Condition is { } kept ? Scalars.And(differs, renaming.Apply(kept)) : differs;
        added.Add(new Equation(others, axes, [.. axes.Select(Ir.Index.Of)], new Reduction(ReduceKind.Prod, inner, condition), renaming.Apply(equation.Body),
            equation.Guard, Comment: $"the other factors of {equation.Comment ?? equation.Target.Name}"));
        return others;
    }

    /// <summary>Whether the element is the first extreme one, by an argmax over the same elements.</summary>
    private static Scalar IsChosen(Equation equation, Reduction reduction, ImmutableArray<Node>.Builder added)
    {
        ReduceKind kind = reduction.Kind == ReduceKind.Max ? ReduceKind.ArgMax : ReduceKind.ArgMin;
        ImmutableArray<TensorAxis> shape = [.. equation.Axes.Select(a => new TensorAxis(a.Size))];
        ImmutableArray<Ir.Index> place = [.. equation.Axes.Select(Ir.Index.Of)];
        Scalar? guard = equation.Guard;
        if (reduction.Condition is not null || !reduction.Axes.All(a => a.Size.IsConstant))
        {
            var count = new Tensor($"{equation.Target.Name}.kept", ElementType.Int, shape);
            added.Add(new Equation(count, equation.Axes, place, reduction with { Kind = ReduceKind.Sum }, Scalars.Int(1), equation.Guard));
            guard = Scalars.And(guard, Scalars.Compare(ScalarOp.Greater, Scalars.Read(count, place), Scalars.Int(0)));
        }

        var chosen = new Tensor($"{equation.Target.Name}.place", ElementType.Int, shape);
        added.Add(new Equation(chosen, equation.Axes, place, reduction with { Kind = kind }, equation.Body, guard,
            Comment: $"where {equation.Comment ?? equation.Target.Name} is attained"));
        Scalar position = Scalars.Int(0);
        foreach (IndexVar axis in reduction.Axes)
        {
            position = Scalars.Add(Scalars.Multiply(position, Scalars.Of(Ir.Index.Of(axis.Size))), Scalars.Of(Ir.Index.Of(axis)));
        }

        return Scalars.Compare(ScalarOp.Equal, position, Scalars.Read(chosen, place));
    }

    private void Collect(Scalar scalar, Scalar g, List<(LoadScalar, Scalar)> found)
    {
        if (g.IsConstant(0) || !IsActive(scalar)) return;
        switch (scalar)
        {
            case LoadScalar load:
                int same = found.FindIndex(f => Structure.AreEqual(f.Item1, load));
                if (same >= 0) found[same] = (load, Scalars.Add(found[same].Item2, g));
                else found.Add((load, g));
                break;
            case SelectScalar s:
                Collect(s.Then, Scalars.Select(s.Condition, g, Scalars.Zero(g.Type)), found);
                Collect(s.Else, Scalars.Select(s.Condition, Scalars.Zero(g.Type), g), found);
                break;
            case ApplyScalar a:
                Scalar[] parts = ScalarOps.Row(a.Op).Adjoint!(a, g);
                for (int i = 0; i < parts.Length; i++) Collect(a.Arguments[i], parts[i], found);
                break;
        }
    }

    /// <summary>Whether a derivative flows through it to an active tensor.</summary>
    private bool IsActive(Scalar scalar)
    {
        if (!isActive.TryGetValue(scalar, out bool known))
            isActive[scalar] = known = scalar is LoadScalar load ? adjoints.ContainsKey(load.Tensor) : Activity.ValueParts(scalar).Any(IsActive);
        return known;
    }

    private static Scalar Conj(Scalar a) => a.Type == ElementType.Complex ? Scalars.Apply(ScalarOp.Conj, a.Type, a) : a;
}
