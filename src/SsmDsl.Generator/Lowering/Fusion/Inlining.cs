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
        ILookup<Tensor, Equation> writers = equations.ToLookup(e => e.Target);
        var dropped = new HashSet<Equation>(ReferenceComparer.Instance);
        foreach (Equation original in equations)
        {
            Equation definition = current[original];
            if (ports.Contains(definition.Target) || writers[definition.Target].Count() != 1 || !IsElementWise(definition)) continue;
            Equation[] readers = [.. equations.Where(e => !dropped.Contains(e) && NodeParts.Loads(current[e]).Any(l => l.Tensor == definition.Target))];
            if (readers.Length == 0 || !IsWorthwhile(definition, [.. readers.Select(r => current[r])])) continue;
            foreach (Equation reader in readers) current[reader] = current[reader].MapParts(s => s is LoadScalar l && l.Tensor == definition.Target ? At(definition, l) : s);
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

    /// <summary>target[i, j, …] = body for all places, with nothing in it that could fail or that names positions.</summary>
    private static bool IsElementWise(Equation equation) =>
        equation is { Reduction: null, Accumulate: false }
        && equation.Target.Axes.All(a => a is { Before: 0, After: 0 })
        && equation.Left.Length == equation.Axes.Length
        && equation.Left.Select(l => l.AsVariable()).Distinct().Count(v => v is not null) == equation.Axes.Length
        && equation.Left.Zip(equation.Target.Axes, (l, a) => l.AsVariable()!.Size.Equals(a.Size)).All(same => same)
        && NodeParts.Loads(equation).All(l => l.Tensor != equation.Target && !l.Access.Contains(AxisAccess.Checked) && !l.Indices.Any(i => i.HasLookup()));

    private static bool IsWorthwhile(Equation definition, IReadOnlyList<Equation> readers)
    {
        int cost = ScalarCost.Of(definition.Body) + (definition.Guard is null ? 0 : ScalarCost.Of(definition.Guard));
        int length = ScalarCost.Length(definition.Body) + (definition.Guard is null ? 0 : ScalarCost.Length(definition.Guard));
        bool isOncePerRun = definition.Axes.All(a => a.Size.IsConstant);
        int reads = 0;
        foreach (Equation reader in readers)
        {
            if (reader.Left.SelectMany(l => l.Lookups()).Any()) return false;
            LoadScalar[] loads = [.. Distinct(NodeParts.Loads(reader).Where(l => l.Tensor == definition.Target))];
            if (NodeParts.Loads(reader).Any(l => l.Indices.SelectMany(i => i.Lookups()).SelectMany(s => s.Loads()).Any(x => x.Tensor == definition.Target))) return false;
            if (!loads.All(l => IsStored(l, definition.Target) && NamesSequences(l, definition))) return false;
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

    /// <summary>The place exists whenever the read happens.</summary>
    private static bool IsStored(LoadScalar load, Tensor tensor) => Enumerable.Range(0, tensor.Rank).All(i =>
        load.Access[i] == AxisAccess.InRange || (load.Access[i] == AxisAccess.Padded && !load.Indices[i].HasLookup() && IndexBounds.IsWithin(load.Indices[i], tensor.Axes[i])));

    /// <summary>Draws are numbered by the sequence of the batch, which must stay an index.</summary>
    private static bool NamesSequences(LoadScalar load, Equation definition)
    {
        HashSet<IndexVar> sequences = [.. definition.Scalars().SelectMany(s => s.All()).OfType<DrawScalar>().Select(d => d.Sequence).OfType<IndexVar>()];
        return Enumerable.Range(0, load.Indices.Length).All(i => !sequences.Contains(definition.Left[i].AsVariable()!) || load.Indices[i].AsVariable() is not null);
    }

    /// <summary>No index of the reader runs while the place read stays.</summary>
    private static bool ReadsOnce(Equation reader, LoadScalar load)
    {
        HashSet<IndexVar> moving = [.. load.Indices.SelectMany(i => i.Variables())];
        return reader.Variables().All(v => moving.Contains(v) || v.Size.Equals((Dim)1));
    }

    private static Scalar At(Equation definition, LoadScalar load)
    {
        var positions = new Dictionary<IndexVar, Index>();
        for (int i = 0; i < load.Indices.Length; i++) positions[definition.Left[i].AsVariable()!] = load.Indices[i];
        var substitution = new Substitution(positions);
        Scalar body = substitution.Apply(definition.Body);
        return definition.Guard is { } guard ? Scalars.Select(substitution.Apply(guard), body, Scalars.Zero(body.Type)) : body;
    }
}
