using System.Collections.Immutable;
using SsmDsl.Ir;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering.Fusion;

/// <summary>
/// Moves equations that do the same for every copy of a repeat into the loop over copies: what they read or give is then
/// used copy by copy, and need not be kept for all of them.
/// </summary>
internal static class CopySinking
{
    public static GraphProgram Run(GraphProgram program) => program with { Body = Run(program.Body) };

    private static ImmutableArray<Node> Run(ImmutableArray<Node> nodes)
    {
        nodes = [.. nodes.Select(n => n is Recurrence { Kind: RecurrenceKind.Copies } copies ? copies with { Members = Run(copies.Members) } : n)];
        while (Moved(nodes) is { } next) nodes = next;
        return nodes;
    }

    /// <summary>The nodes with one equation moved, or null if none can be.</summary>
    private static ImmutableArray<Node>? Moved(ImmutableArray<Node> nodes)
    {
        for (int c = 0; c < nodes.Length; c++)
        {
            if (nodes[c] is not Recurrence { Kind: RecurrenceKind.Copies } copies) continue;
            var loop = new CopyLoop(copies);
            for (int i = 0; i < nodes.Length; i++)
            {
                if (nodes[i] is not Equation { Accumulate: false } equation || loop.CopyOf(equation) is not { } copy) continue;
                IEnumerable<Node> between = i < c ? nodes.Skip(i + 1).Take(c - i - 1) : nodes.Skip(c + 1).Take(i - c - 1);
                if (!MayPass(equation, between) || !(i < c ? loop.MayStartWith(equation, copy) : loop.MayEndWith(equation, copy))) continue;
                Equation inner = equation.Rename(new Dictionary<IndexVar, IndexVar> { [copy] = copies.Step });
                Recurrence grown = copies with { Members = i < c ? copies.Members.Insert(0, inner) : copies.Members.Add(inner) };
                return nodes.SetItem(c, grown).RemoveAt(i);
            }
        }

        return null;
    }

    private static bool MayPass(Equation equation, IEnumerable<Node> between)
    {
        IReadOnlyList<LoadScalar> read = NodeParts.Loads(equation);
        return between.All(n => NodeParts.Tensors(n).All(t => t != equation.Target)
            && NodeParts.Equations(n).All(e => read.All(l => l.Tensor != e.Target || Places.AreApart(l.Indices, e.Left))));
    }

    private sealed class CopyLoop(Recurrence copies)
    {
        private readonly Equation[] equations = [.. NodeParts.Equations(copies)];
        private readonly Dictionary<Tensor, (int Axis, Index Position)?> written = NodeParts.Equations(copies).GroupBy(e => e.Target).ToDictionary(g => g.Key, g => PlaceOf(g, copies.Step));

        /// <summary>The index of an equation that can be the copy's, alone on an axis of the target; null for what is done once per parameter.</summary>
        public IndexVar? CopyOf(Equation equation) => equation.Variables().Any(a => !a.Size.IsConstant)
            ? equation.Left.Select(l => l.AsVariable()).FirstOrDefault(v => v is not null && v.Size.Equals(copies.Step.Size) && equation.Axes.Contains(v) && IsLinked(equation, v))
            : null;

        /// <summary>A copy of the equation after the loop reads only what the loop has written for that copy or those before.</summary>
        public bool MayEndWith(Equation equation, IndexVar copy) =>
            !equations.SelectMany(NodeParts.Loads).Any(l => l.Tensor == equation.Target)
            && NodeParts.Loads(equation).Where(l => written.ContainsKey(l.Tensor)).All(l => Distance(l, copy) is { } d && (copies.Reversed ? d >= 0 : d <= 0));

        /// <summary>A copy of the loop reads of the equation only what belongs to that copy.</summary>
        public bool MayStartWith(Equation equation, IndexVar copy)
        {
            int axis = equation.Left.ToList().FindIndex(l => l.AsVariable() == copy);
            bool isApart = NodeParts.Loads(equation).All(l => !written.ContainsKey(l.Tensor)) && equation.Left.Count(l => l.Variables().Contains(copy)) == 1;
            return isApart && equations.Where(e => e.Target == equation.Target).All(e => e.Left[axis].AsVariable() == copies.Step)
                && equations.SelectMany(NodeParts.Loads).Where(l => l.Tensor == equation.Target).All(l => l.Indices[axis].AsVariable() == copies.Step);
        }

        /// <summary>It reads or gives what the loop has for the same copy.</summary>
        private bool IsLinked(Equation equation, IndexVar copy) =>
            NodeParts.Loads(equation).Any(l => written.ContainsKey(l.Tensor) && l.Indices.Any(i => i.Variables().Contains(copy)))
            || equations.SelectMany(NodeParts.Loads).Any(l => l.Tensor == equation.Target);

        /// <summary>How far from the place written in the copy's own run a read is.</summary>
        private long? Distance(LoadScalar load, IndexVar copy)
        {
            if (written[load.Tensor] is not var (axis, position) || load.Access[axis] == AxisAccess.Checked) return null;
            var own = new Substitution(new Dictionary<IndexVar, Index> { [copies.Step] = Index.Of(copy) });
            return load.Indices[axis].Minus(own.Apply(position)).IsConstant(out long distance) ? distance : null;
        }

        /// <summary>The axis along which copies write one after the other, and where.</summary>
        private static (int Axis, Index Position)? PlaceOf(IEnumerable<Equation> writers, IndexVar step)
        {
            Equation first = writers.First();
            int axis = first.Left.ToList().FindIndex(l => l.Variables().Contains(step));
            return axis >= 0 && writers.All(w => Structure.AreEqual(w.Left[axis], first.Left[axis])) ? (axis, first.Left[axis]) : null;
        }
    }
}
