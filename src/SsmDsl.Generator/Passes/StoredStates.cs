using System.Collections.Immutable;
using SsmDsl.Ir;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Passes;

/// <summary>
/// A function whose value is a state, h[t] = tanh(…), is not evaluated again where an adjoint needs it: the state is read. The
/// adjoint of a state needs the states anyway, and what the function was computed from is then needed no more.
/// </summary>
public static class StoredStates
{
    /// <summary>Operations of a function that costs more than a read.</summary>
    private const int LeastCost = 8;

    public static GraphProgram Run(GraphProgram program)
    {
        var known = new List<Equation>();
        return program with { Body = Run(program.Body, known) };
    }

    /// <param name="known">Equations of states that run before; those of the nodes are added.</param>
    private static ImmutableArray<Node> Run(ImmutableArray<Node> nodes, List<Equation> known)
    {
        var result = ImmutableArray.CreateBuilder<Node>(nodes.Length);
        foreach (Node node in nodes)
        {
            if (node is not Recurrence recurrence)
            {
                result.Add(Reading((Equation)node, known));
                continue;
            }

            bool isCopies = recurrence.Kind == RecurrenceKind.Copies;
            ImmutableArray<Node> members = isCopies ? Run(recurrence.Members, known) : recurrence.Members.MapEquations(e => Reading(e, known));
            if (!isCopies) known.AddRange(States(recurrence));
            result.Add(recurrence with { Members = members });
        }

        return result.MoveToImmutable();
    }

    /// <summary>Equations of states whose value is that of a function.</summary>
    private static IEnumerable<Equation> States(Recurrence recurrence)
    {
        Equation[] members = [.. recurrence.Members.Equations()];
        HashSet<Tensor> states = [.. members.SelectMany(m => m.Loads()).Where(l => l.Indices.All(i => i.AsVariable() != recurrence.Step)).Select(l => l.Tensor)];
        return members.Where(m => states.Contains(m.Target) && IsCostly(m.Body) && m is { Reduction: null, Guard: null, Accumulate: false }
            && m.Left.All(l => l.AsVariable() is not null) && m.Axes.All(a => m.Body.Variables().Contains(a)));
    }

    private static bool IsCostly(Scalar scalar) => scalar is ApplyScalar apply && ScalarOps.Row(apply.Op).Cost >= LeastCost;

    private static Equation Reading(Equation equation, List<Equation> known) =>
        known.Count == 0 ? equation : equation.MapParts(part => IsCostly(part) ? known.Select(k => Read(part, k)).FirstOrDefault(r => r is not null) ?? part : part);

    /// <summary>The state in place of the function's value at some position, or null if it is another function.</summary>
    private static LoadScalar? Read(Scalar part, Equation state)
    {
        var values = new Dictionary<IndexVar, Index>();
        if (!Match(state.Body, part, values) || !state.Axes.All(values.ContainsKey)) return null;
        var substitution = new Substitution(values);
        return Structure.AreEqual(substitution.Apply(state.Body), part)
            ? Scalars.Read(state.Target, substitution.Apply(state.Left))
            : null;
    }

    /// <summary>Finds the positions of the pattern's variables from reads within their range: what is in range there is in range of the state.</summary>
    private static bool Match(Scalar pattern, Scalar scalar, Dictionary<IndexVar, Index> values) => (pattern, scalar) switch
    {
        (ApplyScalar a, ApplyScalar b) => a.Op == b.Op && a.Arguments.Length == b.Arguments.Length
            && a.Arguments.Zip(b.Arguments, (x, y) => Match(x, y, values)).All(m => m),
        (SelectScalar a, SelectScalar b) => Match(a.Condition, b.Condition, values) && Match(a.Then, b.Then, values) && Match(a.Else, b.Else, values),
        (LoadScalar a, LoadScalar b) => a.Tensor == b.Tensor && Match(a, b, values),
        _ => pattern.GetType() == scalar.GetType(),
    };

    private static bool Match(LoadScalar pattern, LoadScalar load, Dictionary<IndexVar, Index> values)
    {
        for (int axis = 0; axis < pattern.Indices.Length; axis++)
        {
            if (pattern.Indices[axis].AsVariable() is { } variable && pattern.Access[axis] == AxisAccess.InRange && pattern.Tensor.Axes[axis] is { Before: 0, After: 0 } along
                && along.Size.Equals(variable.Size))
                values[variable] = load.Indices[axis];
        }

        return true;
    }
}
