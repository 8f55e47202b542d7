using System.Collections.Immutable;
using SsmDsl.Ir;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering;

/// <summary>
/// The axes along which everything that some equations write and read of each other stays at one place: these can run in
/// parallel around the whole of a recurrence.
/// </summary>
/// <param name="Axes">For each axis, the index that each equation has for it, in order of the equations.</param>
public sealed record ParallelAxes(ImmutableArray<ImmutableArray<IndexVar>> Axes)
{
    public static ParallelAxes Of(Node node)
    {
        Equation[] equations = [.. NodeParts.Equations(node)];
        HashSet<Tensor> written = [.. equations.Select(e => e.Target)];
        var sets = new Components();
        foreach (IndexVar step in NodeParts.Steps(node)) sets.Spoil(step);
        foreach (Equation equation in equations)
        {
            Join(equation.Target, equation.Left);
            foreach (LoadScalar load in NodeParts.Loads(equation).Where(l => written.Contains(l.Tensor))) Join(load.Tensor, load.Indices);
            foreach (IndexVar reduced in equation.Reduction?.Axes ?? []) sets.Spoil(reduced);
        }

        var axes = ImmutableArray.CreateBuilder<ImmutableArray<IndexVar>>();
        foreach (IndexVar first in equations[0].Axes)
        {
            if (sets.IsSpoiled(first)) continue;
            IndexVar[][] own = [.. equations.Select(e => e.Axes.Where(a => sets.AreOne(a, first)).ToArray())];
            bool isOne = own.All(o => o.Length == 1 && o[0].Size.Equals(first.Size));
            bool isOneAxis = written.All(t => Enumerable.Range(0, t.Rank).Count(i => sets.AreOne((t, i), first)) == 1);
            if (isOne && isOneAxis) axes.Add([.. own.Select(o => o[0])]);
        }

        return new ParallelAxes(axes.ToImmutable());

        void Join(Tensor tensor, ImmutableArray<Index> indices)
        {
            for (int i = 0; i < indices.Length; i++)
            {
                if (indices[i].AsVariable() is { } variable)
                {
                    sets.Unite((tensor, i), variable);
                    continue;
                }

                sets.Spoil((tensor, i));
                foreach (IndexVar mentioned in indices[i].Variables()) sets.Spoil(mentioned);
            }
        }
    }

    /// <summary>Sets of things that are the same, some of them spoiled.</summary>
    private sealed class Components
    {
        private readonly Dictionary<object, object> parents = [];
        private readonly HashSet<object> spoiled = [];

        public bool IsSpoiled(object thing) => spoiled.Contains(Find(thing));

        public bool AreOne(object a, object b) => Find(a).Equals(Find(b));

        public void Spoil(object thing) => spoiled.Add(Find(thing));

        public void Unite(object a, object b)
        {
            object x = Find(a), y = Find(b);
            if (x.Equals(y)) return;
            parents[x] = y;
            if (spoiled.Contains(x)) spoiled.Add(y);
        }

        private object Find(object thing)
        {
            while (parents.TryGetValue(thing, out object parent)) thing = parent;
            return thing;
        }
    }
}
