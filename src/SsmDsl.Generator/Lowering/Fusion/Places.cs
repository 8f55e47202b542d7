using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering.Fusion;

/// <summary>Which places of a tensor positions reach.</summary>
internal static class Places
{
    /// <summary>No place is both read and written, whatever values the indices have.</summary>
    public static bool AreApart(ImmutableArray<Index> read, ImmutableArray<Index> written)
    {
        for (int axis = 0; axis < read.Length; axis++)
        {
            if (IndexBounds.Of(read[axis]) is not var (low, high) || IndexBounds.Of(written[axis]) is not var (from, to)) continue;
            if (IsAtLeast(low - to, 1) || IsAtLeast(from - high, 1)) return true;
        }

        return false;
    }

    public static bool IsAtLeast(Dim value, long least) => value.TryGetConstant(out long constant) && constant >= least;

    /// <summary>The program without equations that write places which nothing reads.</summary>
    public static GraphProgram WithoutUnread(GraphProgram program)
    {
        HashSet<Tensor> ports = [.. program.Inputs.Concat(program.Outputs).Select(p => p.Tensor)];
        while (true)
        {
            ILookup<Tensor, LoadScalar> loads = program.Body.Equations().SelectMany(NodeParts.Loads).ToLookup(l => l.Tensor);
            bool found = false;
            ImmutableArray<Node> kept = Kept(program.Body);
            if (!found) return program;
            program = program with { Body = kept };

            ImmutableArray<Node> Kept(ImmutableArray<Node> nodes) =>
            [
                .. nodes.Where(n => n is not Equation e || IsRead(e))
                    .Select(n => n is Recurrence r ? r with { Members = Kept(r.Members) } : n)
                    .Where(n => n is not Recurrence { Members.IsEmpty: true }),
            ];

            bool IsRead(Equation equation)
            {
                bool isRead = ports.Contains(equation.Target) || equation.Accumulate || MayFail(equation)
                    || loads[equation.Target].Any(l => !AreApart(l.Indices, equation.Left));
                found |= !isRead;
                return isRead;
            }
        }
    }

    private static bool MayFail(Equation equation) =>
        equation.Reduction?.Kind is ReduceKind.ArgMax or ReduceKind.ArgMin || NodeParts.Loads(equation).Any(l => l.Access.Contains(AxisAccess.Checked));

    /// <summary>The program without indices that have one value only, steps excepted.</summary>
    public static GraphProgram WithoutUnitAxes(GraphProgram program)
    {
        HashSet<IndexVar> steps = [.. program.Body.SelectMany(Steps)];
        return program with
        {
            Body = program.Body.MapEquations(e =>
            {
                IndexVar[] units = [.. e.Variables().Where(v => v.Size.Equals((Dim)1) && !steps.Contains(v) && !e.Sequences().Contains(v))];
                if (units.Length == 0 || e.Reduction is { Kind: ReduceKind.ArgMax or ReduceKind.ArgMin }) return e;
                Equation less = e.Substitute(units.ToDictionary(u => u, _ => Index.Of((Dim)0)));
                return less.Reduction is { Axes.IsEmpty: true, Kind: not ReduceKind.LogSumExp } ? less with { Reduction = null, Body = Alone(less) } : less;
            }),
        };
    }

    /// <summary>A reduction of one element.</summary>
    private static Scalar Alone(Equation equation)
    {
        if (equation.Reduction!.Condition is not { } condition) return equation.Body;
        double nothing = equation.Reduction.Kind switch
        {
            ReduceKind.Sum => 0,
            ReduceKind.Prod => 1,
            ReduceKind.Max => equation.Body.Type == ElementType.Int ? int.MinValue : double.NegativeInfinity,
            _ => equation.Body.Type == ElementType.Int ? int.MaxValue : double.PositiveInfinity,
        };
        return Scalars.Select(condition, equation.Body, new ConstantScalar(nothing, 0, equation.Body.Type));
    }

    private static IEnumerable<IndexVar> Steps(Node node) =>
        node is Recurrence recurrence ? recurrence.Members.SelectMany(Steps).Prepend(recurrence.Step) : [];
}
