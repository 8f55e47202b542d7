using SsmDsl.Semantics;

namespace SsmDsl.Ir;

/// <summary>What must hold of every graph program, whichever pass made it.</summary>
public static class Verifier
{
    /// <summary>All violations, as sentences; empty for a sound program.</summary>
    public static IReadOnlyList<string> Check(GraphProgram program)
    {
        var violations = new List<string>();
        HashSet<Tensor> written = [.. program.Inputs.Select(p => p.Tensor)];
        Check(program.Body, [], written, violations);
        foreach (Port port in program.Outputs.Where(p => !written.Contains(p.Tensor))) violations.Add($"output {port.Name} is never written");
        foreach (Port port in program.Inputs.Concat(program.Outputs).Where(p => p.Tensor.Axes.Any(a => a.Before + a.After > 0)))
        {
            violations.Add($"port {port.Name} has positions outside of its size");
        }

        return violations;
    }

    private static void Check(IEnumerable<Node> nodes, HashSet<IndexVar> bound, HashSet<Tensor> written, List<string> violations)
    {
        foreach (Node node in nodes)
        {
            if (node is Equation equation)
            {
                Check(equation, bound, written, violations);
                written.Add(equation.Target);
                continue;
            }

            // Members may read what other members wrote at earlier steps.
            var recurrence = (Recurrence)node;
            HashSet<Tensor> inside = [.. written, .. recurrence.Members.SelectMany(Targets)];
            if (!bound.Add(recurrence.Step)) violations.Add($"step {recurrence.Step} is bound twice");
            Check(recurrence.Members, bound, inside, violations);
            bound.Remove(recurrence.Step);
            written.UnionWith(inside);
        }
    }

    private static IEnumerable<Tensor> Targets(Node node) => node is Equation e ? [e.Target] : ((Recurrence)node).Members.SelectMany(Targets);

    private static void Check(Equation equation, HashSet<IndexVar> bound, HashSet<Tensor> written, List<string> violations)
    {
        string where = $"equation of {equation.Target}";
        HashSet<IndexVar> axes = [.. equation.Axes];
        if (axes.Count != equation.Axes.Length) violations.Add($"{where}: an index appears twice");
        foreach (IndexVar step in bound.Where(s => !axes.Contains(s))) violations.Add($"{where}: the step {step} is missing from its axes");
        if (equation.Left.Length != equation.Target.Rank) violations.Add($"{where}: {equation.Left.Length} indices for {equation.Target.Rank} axes");
        if (equation.Accumulate && equation.Reduction is not null) violations.Add($"{where}: accumulates a reduction");
        bool isArg = equation.Reduction?.Kind is ReduceKind.ArgMax or ReduceKind.ArgMin;
        if (!isArg && equation.Body.Type != equation.Target.Element) violations.Add($"{where}: {equation.Body.Type} for {equation.Target.Element}");
        if (equation.Reduction?.Kind == ReduceKind.Mean) violations.Add($"{where}: a mean was not expanded");
        HashSet<IndexVar> inner = [.. axes, .. equation.Reduction?.Axes ?? []];
        Variables(equation.Left.SelectMany(l => l.Variables()), axes, where, violations);
        Check(equation.Body, inner, written, where, violations);
        if (equation.Guard is { } guard) Check(guard, axes, written, where, violations);
        if (equation.Reduction?.Condition is { } condition) Check(condition, inner, written, where, violations);
    }

    private static void Check(Scalar scalar, HashSet<IndexVar> known, HashSet<Tensor> written, string where, List<string> violations)
    {
        Variables(scalar.Variables(), known, where, violations);
        foreach (Scalar part in scalar.All())
        {
            if (part is LoadScalar load)
            {
                if (load.Indices.Length != load.Tensor.Rank || load.Access.Length != load.Tensor.Rank) violations.Add($"{where}: {load.Tensor} read with {load.Indices.Length} indices");
                if (!written.Contains(load.Tensor)) violations.Add($"{where}: reads {load.Tensor} before it is written");
            }
            else if (part is ApplyScalar apply && apply.Arguments.Length != ScalarOps.Row(apply.Op).Arity)
            {
                violations.Add($"{where}: {apply.Op} of {apply.Arguments.Length} arguments");
            }
            else if (part is SelectScalar { } select && (select.Condition.Type != ElementType.Bool || select.Then.Type != select.Else.Type))
            {
                violations.Add($"{where}: branches of {select.Then.Type} and {select.Else.Type} under {select.Condition.Type}");
            }
        }
    }

    private static void Variables(IEnumerable<IndexVar> used, HashSet<IndexVar> known, string where, List<string> violations)
    {
        foreach (IndexVar variable in used.Where(v => !known.Contains(v)).Distinct()) violations.Add($"{where}: index {variable} is not in scope");
    }
}
