using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Autodiff;

/// <summary>Which tensors carry derivatives: they depend on something that is differentiated, and a seed depends on them.</summary>
internal static class Activity
{
    public static HashSet<Tensor> Find(GraphProgram program, IEnumerable<Tensor> sources, IEnumerable<Tensor> seeds)
    {
        var reads = new List<(Tensor Target, List<Tensor> Loads)>();
        foreach (Equation equation in Equations(program.Body))
        {
            if (IsContinuous(equation.Target) && equation.Reduction?.Kind is not (ReduceKind.ArgMax or ReduceKind.ArgMin))
            {
                reads.Add((equation.Target, [.. ValueLoads(equation.Body).Select(l => l.Tensor).Distinct()]));
            }
        }

        HashSet<Tensor> dependent = Close(sources, reads, (r, known) => r.Loads.Any(known.Contains) ? [r.Target] : []);
        HashSet<Tensor> reaching = Close(seeds, reads, (r, known) => known.Contains(r.Target) ? r.Loads : []);
        dependent.IntersectWith(reaching);
        return dependent;
    }

    public static bool IsContinuous(Tensor tensor) => tensor.Element is ElementType.Real or ElementType.Complex;

    /// <summary>All equations, those inside of recurrences included.</summary>
    public static IEnumerable<Equation> Equations(IEnumerable<Node> nodes) =>
        nodes.SelectMany(n => n is Recurrence r ? Equations(r.Members) : [(Equation)n]);

    /// <summary>Loads through which a derivative can flow: not those in conditions, positions and comparisons.</summary>
    public static IEnumerable<LoadScalar> ValueLoads(Scalar scalar)
    {
        var open = new Stack<Scalar>();
        open.Push(scalar);
        while (open.Count > 0)
        {
            Scalar next = open.Pop();
            if (next is LoadScalar load && IsContinuous(load.Tensor)) yield return load;
            foreach (Scalar part in ValueParts(next).Reverse()) open.Push(part);
        }
    }

    /// <summary>The direct parts to which a derivative can flow.</summary>
    public static IEnumerable<Scalar> ValueParts(Scalar scalar) => scalar switch
    {
        SelectScalar s => [s.Then, s.Else],
        ApplyScalar a when ScalarOps.Row(a.Op).Adjoint is not null => a.Arguments,
        _ => [],
    };

    private static HashSet<Tensor> Close(
        IEnumerable<Tensor> start,
        List<(Tensor Target, List<Tensor> Loads)> reads,
        Func<(Tensor Target, List<Tensor> Loads), HashSet<Tensor>, IEnumerable<Tensor>> next)
    {
        HashSet<Tensor> known = [.. start.Where(IsContinuous)];
        for (int before = -1; before != known.Count;)
        {
            before = known.Count;
            foreach (var read in reads) known.UnionWith(next(read, known));
        }

        return known;
    }
}
