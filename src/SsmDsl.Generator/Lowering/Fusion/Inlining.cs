using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering.Fusion;

/// <summary>
/// Element-wise values are computed again wherever they are read instead of being stored: where every reader reads an element
/// as often as it is written, and computing it is not dearer than the memory that it would cost.
/// </summary>
internal static class Inlining
{
    /// <summary>Operations that may be repeated to save one element of memory.</summary>
    private const int DearestRepeat = 80;

    /// <summary>Expressions of more parts are left apart.</summary>
    private const int LongestBody = 300;

    public static GraphProgram Run(GraphProgram program)
    {
        HashSet<Tensor> ports = [.. program.Inputs.Concat(program.Outputs).Select(p => p.Tensor)];
        Equation[] equations = [.. program.Body.Equations()];
        var current = new Dictionary<Equation, Equation>(ReferenceComparer.Instance);
        foreach (Equation equation in equations) current[equation] = equation;
        var dropped = new HashSet<Equation>(ReferenceComparer.Instance);
        foreach (Equation original in equations)
        {
            Equation definition = current[original];
            if (ports.Contains(definition.Target) || !IsElementWise(definition)) continue;
            Equation[] readers = [.. equations.Where(e => !dropped.Contains(e) && NodeParts.Loads(current[e]).Any(l => Reads(l, definition)))];
            if (readers.Length == 0 || !IsWorthwhile(definition, [.. readers.Select(r => current[r])])) continue;
            foreach (Equation reader in readers) current[reader] = current[reader].MapParts(s => s is LoadScalar l && Reads(l, definition) ? At(definition, l) : s);
            dropped.Add(original);
        }

        return dropped.Count == 0 ? program : program with { Body = Rebuilt(program.Body) };

        ImmutableArray<Node> Rebuilt(ImmutableArray<Node> nodes) =>
        [
            .. nodes.Where(n => n is not Equation e || !dropped.Contains(e))
                .Select(n => n switch
                {
                    Equation e => current[e],
                    Recurrence r => r with { Members = Rebuilt(r.Members) },
                    _ => n,
                })
                .Where(n => n is not Recurrence { Members.IsEmpty: true }),
        ];
    }

    /// <summary>target[i, j + 1, 2, …] = body, with nothing in it that could fail.</summary>
    private static bool IsElementWise(Equation equation) =>
        equation is { Reduction: null, Accumulate: false }
        && equation.Left.All(l => l.Terms.IsEmpty || (l.Terms.Length == 1 && l.Terms[0] is { Coefficient: 1, Atom: VariableAtom }))
        && equation.Left.SelectMany(l => l.Variables()).Distinct().Count() == equation.Axes.Length
        && equation.Left.Count(l => !l.Terms.IsEmpty) == equation.Axes.Length
        && NodeParts.Loads(equation).All(l => l.Tensor != equation.Target && !l.Access.Contains(AxisAccess.Checked) && !l.Indices.Any(i => i.HasLookup()));

    /// <summary>The read may be of a place that the equation writes; other equations write other places.</summary>
    private static bool Reads(LoadScalar load, Equation definition) => load.Tensor == definition.Target && !Places.AreApart(load.Indices, definition.Left);

    private static bool IsWorthwhile(Equation definition, IReadOnlyList<Equation> readers)
    {
        int cost = ScalarCost.Of(definition.Body) + (definition.Guard is null ? 0 : ScalarCost.Of(definition.Guard));
        int length = ScalarCost.Length(definition.Body) + (definition.Guard is null ? 0 : ScalarCost.Length(definition.Guard));
        bool isOncePerRun = definition.Axes.All(a => a.Size.IsConstant);
        int reads = 0;
        foreach (Equation reader in readers)
        {
            if (reader.Left.SelectMany(l => l.Lookups()).Any()) return false;
            LoadScalar[] loads = [.. Distinct(NodeParts.Loads(reader).Where(l => Reads(l, definition)))];
            if (NodeParts.Loads(reader).Any(l => l.Indices.SelectMany(i => i.Lookups()).SelectMany(s => s.Loads()).Any(x => Reads(x, definition)))) return false;
            if (!loads.All(l => IsWithin(l, definition) && NamesSequences(l, definition))) return false;
            bool isSlower = isOncePerRun && reader.Axes.Any(a => !a.Size.IsConstant);
            if (cost > Trivial && (isSlower || !loads.All(l => ReadsOnce(reader, l)))) return false;
            reads += loads.Length;
            if (ScalarCost.Length(reader.Body) + loads.Length * length > LongestBody) return false;
        }

        return reads == 1 || cost * (reads - 1) <= DearestRepeat;
    }

    /// <summary>Another tensor's element alone.</summary>
    private const int Trivial = 1;

    private static IEnumerable<LoadScalar> Distinct(IEnumerable<LoadScalar> loads)
    {
        var found = new List<LoadScalar>();
        foreach (LoadScalar load in loads)
            if (!found.Any(f => Structure.AreEqual(f, load))) found.Add(load);
        return found;
    }

    /// <summary>All places read are written by this equation, or lie outside of the tensor.</summary>
    private static bool IsWithin(LoadScalar load, Equation definition) => Enumerable.Range(0, load.Indices.Length).All(i =>
    {
        (Index left, TensorAxis axis, AxisAccess access) = (definition.Left[i], definition.Target.Axes[i], load.Access[i]);
        if (load.Indices[i].HasLookup() || access == AxisAccess.Checked) return false;
        Dim size = left.Terms.IsEmpty ? 1 : left.Variables().First().Size;
        bool isProven = IndexBounds.Of(load.Indices[i].Plus(-left.Constant)) is var (low, high) && Places.IsAtLeast(low, 0) && Places.IsAtLeast(size - 1 - high, 0);
        bool isAll = axis is { Before: 0, After: 0 } && left.AsVariable() is not null && size.Equals(axis.Size);
        return isProven || isAll;
    });

    /// <summary>Draws are numbered by the sequence of the batch, which must stay an index.</summary>
    private static bool NamesSequences(LoadScalar load, Equation definition)
    {
        HashSet<IndexVar> sequences = [.. definition.Sequences()];
        return Enumerable.Range(0, load.Indices.Length).All(i =>
            definition.Left[i].Terms.IsEmpty || !sequences.Contains(definition.Left[i].Variables().First())
            || (definition.Left[i].AsVariable() is not null && load.Indices[i].AsVariable() is not null));
    }

    /// <summary>No index of the reader runs while the place read stays.</summary>
    private static bool ReadsOnce(Equation reader, LoadScalar load)
    {
        IndexVar[][] moving = [.. load.Indices.Select(i => i.Variables().Distinct().ToArray())];
        return moving.All(m => m.Length <= 1) && reader.Variables().All(v => v.Size.Equals((Dim)1) || moving.Any(m => m.Contains(v)));
    }

    /// <summary>The value at the place read; 0 outside of the tensor.</summary>
    private static Scalar At(Equation definition, LoadScalar load)
    {
        var positions = new Dictionary<IndexVar, Index>();
        Scalar? condition = definition.Guard;
        for (int i = 0; i < load.Indices.Length; i++)
        {
            Index left = definition.Left[i], place = load.Indices[i];
            if (!left.Terms.IsEmpty) positions[left.Variables().First()] = place.Plus(-left.Constant);
        }

        var substitution = new Substitution(positions);
        condition = condition is null ? null : substitution.Apply(condition);
        for (int i = 0; i < load.Indices.Length; i++)
        {
            if (load.Access[i] != AxisAccess.Padded || IndexBounds.IsWithin(load.Indices[i], load.Tensor.Axes[i])) continue;
            Scalar place = Scalars.Of(load.Indices[i]);
            condition = Scalars.And(
                Scalars.And(Scalars.Compare(ScalarOp.GreaterOrEqual, place, Scalars.Int(0)), Scalars.Compare(ScalarOp.Less, place, Scalars.Of(Index.Of(load.Tensor.Axes[i].Size)))),
                condition ?? Scalars.True);
        }

        Scalar body = substitution.Apply(definition.Body);
        return condition is null ? body : Scalars.Select(condition, body, Scalars.Zero(body.Type));
    }
}
