using SsmDsl.Ir;

namespace SsmDsl.Lowering;

internal enum ScopeKind
{
    Kernel,
    Loop,

    /// <summary>Runs only where a condition holds.</summary>
    Branch,

    /// <summary>One equation among others: what it named is not known to the next, whose stores lie in between.</summary>
    Equation,
}

/// <summary>A block of statements under construction, and what is named in it.</summary>
internal sealed class Scope(ScopeKind kind, Scope? parent, IEnumerable<IndexVar> variables, bool mayBeEmpty)
{
    private readonly Dictionary<string, Variable> named = new(StringComparer.Ordinal);

    public ScopeKind Kind { get; } = kind;
    public Scope? Parent { get; } = parent;
    public int Depth { get; } = parent is null ? 0 : parent.Depth + 1;

    /// <summary>Indices bound here.</summary>
    public HashSet<IndexVar> Variables { get; } = [.. variables];

    /// <summary>A loop that may run zero times.</summary>
    public bool MayBeEmpty { get; } = mayBeEmpty;
    public List<Statement> Statements { get; } = kind == ScopeKind.Equation ? parent!.Statements : [];

    public Variable? Find(string key)
    {
        for (Scope? scope = this; scope is not null; scope = scope.Parent)
            if (scope.named.TryGetValue(key, out Variable found)) return found;
        return null;
    }

    public void Name(string key, Variable variable) => named[key] = variable;

    /// <summary>The outermost block to which a computation can be moved: out of loops over other indices.</summary>
    /// <param name="throughBranches">It is harmless where the text does not evaluate it.</param>
    public Scope Home(ScalarFact fact, bool throughBranches)
    {
        Scope best = this;
        for (Scope scope = this; scope.Parent is not null; scope = scope.Parent)
        {
            if (scope.Variables.Overlaps(fact.Variables)) break;
            if (!throughBranches && (scope.Kind == ScopeKind.Branch || scope.MayBeEmpty)) break;
            if (scope.Kind == ScopeKind.Loop) best = scope.Parent;
        }

        return best;
    }
}
