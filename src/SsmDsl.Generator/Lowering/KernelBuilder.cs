using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Lowering.Fusion;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering;

/// <summary>
/// Builds the statements of one kernel: keeps the nest of blocks, names what is used more than once, and moves what does not
/// depend on a loop out of it. The other parts of this class say how scalars, memory and reductions are lowered.
/// </summary>
internal sealed partial class KernelBuilder
{
    private readonly ScalarFacts facts;
    private readonly CheckTable checks;
    private readonly List<int> ownChecks = [];
    private readonly Dictionary<IndexVar, IndexVar> merged;
    private readonly Dictionary<IndexVar, Variable> counters = [];
    private readonly Dictionary<Variable, Scope> homes = [];
    private readonly Dictionary<Tensor, Variable> tensors = [];
    private readonly IReadOnlyDictionary<Tensor, LocalLayout> layouts;
    private readonly Dictionary<Tensor, Variable> locals = [];
    private readonly List<(IndexVar Step, Variable Counter)> copies = [];
    private readonly Scope root;
    private Scope current;
    private UseCounts uses = UseCounts.None;

    /// <param name="written">Tensors that the kernel writes.</param>
    /// <param name="merged">Indices of several equations that are one loop: each with the one that stands for it.</param>
    /// <param name="layouts">Of tensors that lie in memory of the kernel's own.</param>
    public KernelBuilder(
        IReadOnlyCollection<Tensor> written, CheckTable checks, Dictionary<IndexVar, IndexVar> merged, IReadOnlyDictionary<Tensor, LocalLayout> layouts)
    {
        this.merged = merged;
        this.layouts = layouts;
        this.checks = checks;
        facts = new ScalarFacts(written, merged);
        root = current = new Scope(ScopeKind.Kernel, null, [], false);
    }

    public ImmutableArray<Statement> Statements
    {
        get
        {
            HashSet<Variable> arguments = [.. Tensors.Select(t => t.Pointer)];
            return [.. root.Statements.Where(s => s is not LetPointerStatement l || !arguments.Contains(l.Variable))];
        }
    }

    /// <summary>Every tensor as it is, and moved by counters of loops around the kernel only where the body asks for that.</summary>
    public ImmutableArray<TensorArgument> Tensors
    {
        get
        {
            var all = tensors.Select(t => new TensorArgument(t.Key, t.Value, Place.Zero)).ToList();
            Dictionary<Variable, TensorArgument> known = all.ToDictionary(t => t.Pointer);
            HashSet<Variable> counters = [.. copies.Select(c => c.Counter)];
            foreach (LetPointerStatement moved in root.Statements.OfType<LetPointerStatement>())
            {
                if (!known.TryGetValue(moved.Base, out TensorArgument before) || !moved.Offset.Terms.All(t => counters.Contains(t.Variable))) continue;
                all.Add(known[moved.Variable] = before with { Pointer = moved.Variable, Start = before.Start.Plus(moved.Offset) });
            }

            return [.. all];
        }
    }

    public ImmutableArray<(IndexVar, Variable)> Copies => [.. copies];
    public ImmutableArray<int> Checks => [.. ownChecks];
    public ImmutableArray<LocalArray> Locals => [.. locals.Select(l => new LocalArray(l.Value, layouts[l.Key].Elements))];

    /// <summary>Lowers a node of the graph; its parallel axes may be bound by a rows statement around.</summary>
    public void Lower(Node node)
    {
        switch (node)
        {
            case Equation equation:
                LowerEquation(equation);
                break;
            case Recurrence recurrence:
                Loop([recurrence.Step], recurrence.Reversed, () =>
                {
                    foreach (Node member in recurrence.Members) Lower(member);
                });
                break;
            case Group group:
                LowerGroup(group);
                break;
            default:
                throw new NotSupportedException(node.GetType().Name);
        }
    }

    /// <summary>Runs over this item's share of the parallel axes.</summary>
    public RowsStatement Rows(ImmutableArray<IndexVar> axes, long grain, Action body)
    {
        Scope scope = Open(ScopeKind.Loop, axes, axes.Any(a => !a.Size.IsConstant));
        body();
        current = scope.Parent!;
        var rows = new RowsStatement([.. axes.Select(a => (counters[Canonical(a)], a.Size))], grain, [.. scope.Statements]);
        current.Statements.Add(rows);
        return rows;
    }

    private void Loop(ImmutableArray<IndexVar> axes, bool reversed, Action body, LoopOrder order = LoopOrder.Sequential)
    {
        IndexVar[] open = [.. axes.Where(a => !IsBound(a))];
        var scopes = new List<Scope>();
        foreach (IndexVar axis in open)
            scopes.Add(Open(ScopeKind.Loop, [axis], !(axis.Size.TryGetConstant(out long size) && size > 0)));
        body();
        for (int i = open.Length - 1; i >= 0; i--)
        {
            current = scopes[i].Parent!;
            Variable counter = counters[Canonical(open[i])];
            current.Statements.Add(new LoopStatement(counter, open[i].Size, reversed, [.. scopes[i].Statements], order) { IsAlongLane = open[i] == lane });
        }
    }

    private Scope Open(ScopeKind kind, IReadOnlyList<IndexVar> variables, bool mayBeEmpty)
    {
        current = new Scope(kind, current, variables.Select(Canonical), mayBeEmpty);
        foreach (IndexVar variable in variables)
        {
            Variable counter = Variable.Position(variable.Name);
            counters[Canonical(variable)] = counter;
            homes[counter] = current;
        }

        return current;
    }

    private IndexVar Canonical(IndexVar variable) => merged.TryGetValue(variable, out IndexVar other) ? other : variable;

    private bool IsBound(IndexVar variable)
    {
        for (Scope? scope = current; scope is not null; scope = scope.Parent)
            if (scope.Variables.Contains(Canonical(variable))) return true;
        return false;
    }

    /// <summary>The counter of a loop in the kernel, or of a loop over copies around it.</summary>
    private Variable Counter(IndexVar variable)
    {
        if (!counters.TryGetValue(Canonical(variable), out Variable counter))
        {
            counters[variable] = counter = Variable.Position(variable.Name);
            homes[counter] = root;
            copies.Add((variable, counter));
        }

        return counter;
    }

    private Variable Pointer(Tensor tensor)
    {
        if (layouts.ContainsKey(tensor)) return Local(tensor);
        if (!tensors.TryGetValue(tensor, out Variable pointer))
        {
            tensors[tensor] = pointer = new Variable(tensor.Name, VariableKind.Pointer, tensor.Element);
            homes[pointer] = root;
        }

        return pointer;
    }

    /// <summary>Builds something in another block.</summary>
    private T In<T>(Scope scope, Func<T> build)
    {
        Scope saved = current;
        current = scope;
        T result = build();
        current = saved;
        return result;
    }

    private Variable Declare(string hint, Value value)
    {
        var variable = new Variable(hint, VariableKind.Value, value.Type);
        current.Statements.Add(new LetStatement(variable, value));
        homes[variable] = current;
        return variable;
    }

    /// <summary>A value that one of two blocks gives; a plain choice if neither needs statements.</summary>
    private Value Choose(Value condition, Func<Value> then, Func<Value> otherwise)
    {
        (Scope thenScope, Value thenValue) = Branch(then);
        (Scope elseScope, Value elseValue) = Branch(otherwise);
        if (thenScope.Statements.Count + elseScope.Statements.Count == 0) return new ChoiceValue(condition, thenValue, elseValue);
        var result = new Variable("chosen", VariableKind.Value, thenValue.Type);
        homes[result] = current;
        current.Statements.Add(new DeclareStatement(result));
        current.Statements.Add(new BranchStatement(
            condition,
            [.. thenScope.Statements, new AssignStatement(result, thenValue)],
            [.. elseScope.Statements, new AssignStatement(result, elseValue)]));
        return new VariableValue(result);
    }

    private (Scope, T) Branch<T>(Func<T> build)
    {
        Scope scope = Open(ScopeKind.Branch, [], false);
        T value = build();
        current = scope.Parent!;
        return (scope, value);
    }

    private static string Hint(Index index) => string.Join("_", index.Terms.Select(t => t.Atom is VariableAtom v ? v.Variable.Name : "at"));
}
