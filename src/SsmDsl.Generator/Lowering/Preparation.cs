using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Lowering.Fusion;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering;

/// <summary>
/// Finds what depends on nothing but parameters: it need be computed once for all copies and sequences, and only when parameters have
/// changed. Programs that give gradients keep nothing from run to run: there, parameters change, and memory is better shared.
/// </summary>
internal sealed class Preparation
{
    // Elements of a tensor that is kept.
    private const long MostElements = 1 << 24;

    private readonly HashSet<Tensor> still = [];

    // How many equations write a tensor.
    private readonly Dictionary<Tensor, int> writers;

    private Preparation(GraphProgram program)
    {
        ILookup<Tensor, Equation> equations = program.Body.SelectMany(NodeParts.Equations).ToLookup(e => e.Target);
        writers = equations.ToDictionary(e => e.Key, e => e.Count());
        HashSet<Tensor> ports = [.. program.Inputs.Concat(program.Outputs).Select(p => p.Tensor)];
        HashSet<Tensor> parameters = [.. program.Inputs.Where(p => p.Kind == PortKind.Parameter).Select(p => p.Tensor)];
        still = [.. equations.Select(e => e.Key).Where(t => !ports.Contains(t) && Elements(t) <= MostElements && equations[t].All(IsPure))];

        // Until all that is left reads nothing else.
        while (still.RemoveWhere(t => !equations[t].SelectMany(NodeParts.Loads).All(l => still.Contains(l.Tensor) || parameters.Contains(l.Tensor))) > 0)
        {
        }
    }

    /// <summary>Parameters and what depends on nothing else; of programs that give gradients, none.</summary>
    public static HashSet<Tensor> Still(GraphProgram program)
    {
        if (!IsForInference(program)) return [];
        HashSet<Tensor> still = new Preparation(program).still;
        still.UnionWith(program.Inputs.Where(p => p.Kind == PortKind.Parameter).Select(p => p.Tensor));
        return still;
    }

    /// <summary>Nodes that write nothing else, and all others, each in their order.</summary>
    public static (ImmutableArray<Node> Prepared, ImmutableArray<Node> Others) Split(GraphProgram program)
    {
        if (!IsForInference(program)) return ([], program.Body);
        HashSet<Tensor> still = new Preparation(program).still;

        // A tensor may be written by several nodes, and a node may write and read several tensors.
        Node[] prepared = [.. program.Body];
        for (int before = prepared.Length + 1; prepared.Length < before;)
        {
            before = prepared.Length;
            prepared = [.. prepared.Where(n => NodeParts.Equations(n).All(e => still.Contains(e.Target)))];
            HashSet<Node> kept = new(prepared, ReferenceComparer.Instance);
            foreach (Equation equation in program.Body.Where(n => !kept.Contains(n)).SelectMany(NodeParts.Equations)) still.Remove(equation.Target);
            prepared = [.. prepared.Where(n => NodeParts.Equations(n).SelectMany(NodeParts.Loads).All(l => still.Contains(l.Tensor) || !IsWritten(l.Tensor)))];
        }

        HashSet<Node> found = new(prepared, ReferenceComparer.Instance);
        return ([.. prepared], [.. program.Body.Where(n => !found.Contains(n))]);

        bool IsWritten(Tensor tensor) => program.Inputs.All(p => p.Tensor != tensor);
    }

    /// <summary>Takes such equations out of loops over copies, for all copies at once.</summary>
    public static GraphProgram Hoisted(GraphProgram program)
    {
        var preparation = new Preparation(program);
        return preparation.still.Count == 0 ? program : program with { Body = preparation.Hoisted(program.Body) };
    }

    private ImmutableArray<Node> Hoisted(ImmutableArray<Node> nodes) =>
        [.. nodes.SelectMany(n => n is Recurrence { Kind: RecurrenceKind.Copies } copies ? Hoisted(copies) : [n])];

    private ImmutableArray<Node> Hoisted(Recurrence copies)
    {
        var hoisted = ImmutableArray.CreateBuilder<Node>();
        var rest = Hoisted(copies.Members).ToList();
        HashSet<Tensor> inside = [.. rest.SelectMany(NodeParts.Equations).Select(e => e.Target)];
        var stacked = new Dictionary<Tensor, Tensor>();
        foreach (Equation equation in rest.OfType<Equation>().ToArray())
        {
            if (!still.Contains(equation.Target) || writers[equation.Target] != 1 || NodeParts.Loads(equation).Any(l => inside.Contains(l.Tensor))) continue;
            Equation outer = Reading(equation, stacked, copies.Step);
            bool isOfCopy = outer.Scalars().Any(s => s.Variables().Contains(copies.Step));
            if (isOfCopy && !outer.Left.Any(l => l.Variables().Contains(copies.Step)))
            {
                Tensor one = equation.Target;
                var all = new Tensor(one.Name, one.Element, one.Axes.Insert(0, new TensorAxis(copies.Step.Size)), one.Origin);
                if (Elements(all) > MostElements) continue;
                stacked[one] = all;
                writers[all] = 1;
                still.Add(all);
                outer = outer with { Target = all, Axes = outer.Axes.Insert(0, copies.Step), Left = outer.Left.Insert(0, Index.Of(copies.Step)) };
            }

            inside.Remove(equation.Target);
            rest.Remove(equation);
            hoisted.Add(outer.Rename(new Dictionary<IndexVar, IndexVar> { [copies.Step] = new IndexVar(copies.Step.Name, copies.Step.Size) }));
        }

        return rest.Count == 0 ? hoisted.ToImmutable() : [.. hoisted, copies with { Members = [.. rest.Select(n => NodeParts.Map(n, e => Reading(e, stacked, copies.Step)))] }];
    }

    /// <summary>With reads of what has a place for each copy now.</summary>
    private static Equation Reading(Equation equation, Dictionary<Tensor, Tensor> stacked, IndexVar copy) => stacked.Count == 0 ? equation : equation.MapParts(s =>
        s is LoadScalar load && stacked.TryGetValue(load.Tensor, out Tensor all)
            ? new LoadScalar(all, load.Indices.Insert(0, Index.Of(copy)), load.Access.Insert(0, AxisAccess.InRange))
            : s);

    private static bool IsForInference(GraphProgram program) => program.Outputs.All(p => p.Kind is PortKind.Output or PortKind.FinalState or PortKind.Loss or PortKind.Metric);

    /// <summary>Its value is the same in every run with the same parameters, and it cannot fail.</summary>
    private static bool IsPure(Equation equation) =>
        equation.Reduction?.Kind is not (ReduceKind.ArgMax or ReduceKind.ArgMin)
        && equation.Variables().All(v => v.Size.IsConstant)
        && equation.Left.All(IsStatic)
        && equation.Scalars().SelectMany(s => s.All()).All(s => s switch
        {
            RunScalar or DrawScalar => false,
            IndexScalar index => IsStatic(index.Value),
            LoadScalar load => load.Indices.All(IsStatic) && !load.Access.Contains(AxisAccess.Checked),
            _ => true,
        });

    /// <summary>No size is in it that is known at run time only.</summary>
    private static bool IsStatic(Index index) => index.Constant.IsConstant && index.Terms.All(t => t.Atom switch
    {
        VariableAtom v => v.Variable.Size.IsConstant,
        DivAtom d => IsStatic(d.Dividend),
        ModAtom m => IsStatic(m.Dividend),
        _ => true,
    });

    private static long Elements(Tensor tensor) => tensor.Axes.Aggregate(1L, (n, axis) =>
        axis.Extent.TryGetConstant(out long extent) && extent <= MostElements ? Math.Min(MostElements + 1, n * extent) : MostElements + 1);
}
