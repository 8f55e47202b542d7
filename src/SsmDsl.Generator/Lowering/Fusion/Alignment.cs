using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering.Fusion;

/// <summary>Where an equation runs within a group.</summary>
internal enum Moment
{
    /// <summary>At each step: it reads what was written at this step or earlier ones.</summary>
    Step,

    /// <summary>Once a row's steps are over: it reads fixed positions.</summary>
    After,
}

/// <summary>An equation over a group's own indices.</summary>
/// <param name="Positions">What became of the equation's indices.</param>
internal sealed record Alignment(Equation Equation, Moment Moment, ImmutableDictionary<IndexVar, Index> Positions)
{
    /// <summary>
    /// Null unless every read of the group's tensors stays within the row that the equation is at, and no index runs over more
    /// than such a read does: then running it beside the group costs no more than running it alone.
    /// </summary>
    /// <param name="readBack">Shapes of what groups in the other direction wrote: all their steps are over.</param>
    public static Alignment? Find(
        Equation equation, Group group, ImmutableDictionary<Tensor, ImmutableArray<Index?>> readBack, IReadOnlyCollection<IndexVar> outer)
    {
        var positions = new Dictionary<IndexVar, Index>();
        Moment? moment = null;
        bool isCovered = false;
        IndexVar[] own = [.. equation.Variables().Where(v => !outer.Contains(v) && !v.Size.Equals((Dim)1))];
        foreach (LoadScalar load in NodeParts.Loads(equation))
        {
            bool isOwn = group.Shapes.TryGetValue(load.Tensor, out ImmutableArray<Index?> shape);
            if (!isOwn && (!readBack.TryGetValue(load.Tensor, out shape) || load.Access.Contains(AxisAccess.Checked))) continue;

            // What has no step is known when the steps are over.
            if (isOwn && !shape.Any(i => i?.AsVariable() == group.Step) && (moment ??= Moment.After) != Moment.After) return null;
            for (int axis = 0; axis < shape.Length; axis++)
            {
                if (shape[axis] is not { } canonical) continue;
                if (canonical.AsVariable() == group.Step)
                {
                    if (MomentOf(load.Indices[axis], group, positions, isOwn) is not { } found || (moment ??= found) != found) return null;
                }
                else if (!MapPlain(load.Indices[axis], canonical, positions))
                {
                    return null;
                }
            }

            HashSet<IndexVar> read = [.. load.Indices.SelectMany(i => i.Variables())];
            isCovered |= own.All(read.Contains);
        }

        if (moment is not { } when || !isCovered || positions.Values.Distinct(SameIndex.Instance).Count() != positions.Count) return null;
        if (equation.Sequences().Any(s => positions.TryGetValue(s, out Index position) && position.AsVariable() is null)) return null;
        if (when == Moment.After && equation.Variables().Any(v => v == group.Step)) return null;
        return new Alignment(equation.Substitute(positions), when, positions.ToImmutableDictionary());
    }

    private static Moment? MomentOf(Index index, Group group, Dictionary<IndexVar, Index> positions, bool isOwn)
    {
        if (index.Terms.IsEmpty) return Moment.After;
        if (index.Terms.Length != 1 || index.Terms[0] is not { Coefficient: 1, Atom: VariableAtom { Variable: var variable } }) return null;
        if (!index.Constant.TryGetConstant(out long shift) || (isOwn && shift * group.Direction > 0)) return null;
        return variable.Size.Equals(group.Step.Size) && Set(variable, Index.Of(group.Step), positions) ? Moment.Step : null;
    }

    private static bool MapPlain(Index index, Index canonical, Dictionary<IndexVar, Index> positions) =>
        index.AsVariable() is { } variable && GroupShapes.RangeOf(canonical) is { } range && variable.Size.Equals(range)
        && Set(variable, canonical, positions);

    private static bool Set(IndexVar variable, Index position, Dictionary<IndexVar, Index> positions)
    {
        if (positions.TryGetValue(variable, out Index known)) return Structure.AreEqual(known, position);
        positions[variable] = position;
        return true;
    }

    private sealed class SameIndex : IEqualityComparer<Index>
    {
        public static readonly SameIndex Instance = new();

        public bool Equals(Index x, Index y) => Structure.AreEqual(x, y);

        public int GetHashCode(Index index) => index.Terms.Length;
    }
}
