using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Autodiff;

/// <summary>
/// The values of a site's variables at which it reads a given element, in closed form: solved variables as positions over the
/// element's indices and <see cref="Free"/>, and what must hold of them.
/// </summary>
internal sealed class Fibre
{
    private readonly Dictionary<IndexVar, Ir.Index> solved = [];
    private readonly List<IndexVar> open;
    private readonly List<IndexVar> introduced = [];
    private readonly List<(ScalarOp Op, Ir.Index Left, Ir.Index Right)> demands = [];
    private readonly HashSet<IndexVar> preferred;

    private Fibre(IEnumerable<IndexVar> variables, IEnumerable<IndexVar> preferred)
    {
        open = [.. variables];
        this.preferred = [.. preferred];
    }

    /// <summary>Variables that stay free: the adjoint is summed over them.</summary>
    public required ImmutableArray<IndexVar> Free { get; init; }

    /// <summary>Null if it always holds; false if it never does.</summary>
    public required Scalar? Condition { get; init; }
    public required Substitution Substitution { get; init; }

    /// <summary>Solves position[a] = element[a] for all axes a.</summary>
    /// <param name="variables">What to solve for; none of them occurs in <paramref name="element"/>.</param>
    /// <param name="preferred">Variables to solve for first: steps of recurrences.</param>
    public static Fibre Solve(
        IEnumerable<IndexVar> variables,
        IEnumerable<IndexVar> preferred,
        ImmutableArray<Ir.Index> position,
        ImmutableArray<Ir.Index> element)
    {
        var solver = new Fibre(variables, preferred) { Free = [], Condition = null, Substitution = new Substitution(new Dictionary<IndexVar, Ir.Index>()) };
        solver.Run([.. position.Zip(element, (p, e) => (p, e))]);
        return solver.Result();
    }

    private void Run(List<(Ir.Index Position, Ir.Index Element)> constraints)
    {
        while (constraints.Count > 0)
        {
            int next = Enumerable.Range(0, constraints.Count).OrderBy(i => Difficulty(Known(constraints[i].Position))).First();
            (Ir.Index position, Ir.Index element) = constraints[next];
            constraints.RemoveAt(next);
            if (Step(Known(position), Known(element)) is { } further) constraints.Add(further);
        }
    }

    /// <summary>Constraints with one plain variable first: they need no choice.</summary>
    private int Difficulty(Ir.Index position)
    {
        int variables = Unsolved(position).Count();
        return variables == 0 ? 0 : position.AsVariable() is not null ? 1 : 1 + variables;
    }

    private Ir.Index Known(Ir.Index index) => new Substitution(solved).Apply(index);

    private IEnumerable<IndexVar> Unsolved(Ir.Index index) => index.Variables().Where(open.Contains).Distinct();

    /// <summary>Takes one constraint; returns a simpler one if it was a division or a remainder.</summary>
    private (Ir.Index, Ir.Index)? Step(Ir.Index position, Ir.Index element)
    {
        (position, element) = OnOneSide(position, element);
        if (!Unsolved(position).Any())
        {
            Demand(ScalarOp.Equal, position, element);
            return null;
        }

        if (MixedRadix(position, element)) return null;
        IndexTerm[] choices = [.. position.Terms.Where(t => t.Atom is VariableAtom v && open.Contains(v.Variable)
            && position.Terms.Count(o => new Ir.Index([o], 0).Variables().Contains(v.Variable)) == 1)];
        if (choices.Length > 0)
        {
            IndexTerm term = choices.OrderBy(t => Math.Abs(t.Coefficient) == 1 ? 0 : 1).ThenBy(Rank).First();
            Set(((VariableAtom)term.Atom).Variable, Quotient(position, term, element));
            return null;
        }

        IndexTerm? rounded = position.Terms.FirstOrDefault(t => t.Atom is DivAtom or ModAtom && Unsolved(new Ir.Index([t], 0)).Any());
        if (rounded is null || Unsolved(new Ir.Index([rounded], 0)).Intersect(Unsolved(new Ir.Index(position.Terms.Remove(rounded), 0))).Any())
        {
            // Not solvable in closed form, a variable stands inside and outside of a rounding: it stays free, under a condition.
            Demand(ScalarOp.Equal, position, element);
            return null;
        }

        Ir.Index value = Quotient(position, rounded, element);
        return rounded.Atom is DivAtom div
            ? (div.Dividend, value.Times(div.Divisor).Plus(Ir.Index.Of(Introduce("r", div.Divisor))))
            : Remainder((ModAtom)rounded.Atom, value);
    }

    /// <summary>
    /// The constraint with no variable on both sides: those of a solved one may have come in from either. They go to the position.
    /// </summary>
    private (Ir.Index Position, Ir.Index Element) OnOneSide(Ir.Index position, Ir.Index element)
    {
        HashSet<IndexVar> both = [.. Unsolved(position).Intersect(Unsolved(element))];
        if (both.Count == 0) return (position, element);
        Ir.Index moved = new([.. element.Terms.Where(t => Unsolved(new Ir.Index([t], 0)).Any(both.Contains))], 0);
        return OnOneSide(position.Minus(moved), element.Minus(moved));
    }

    /// <summary>mod(e, m) = value: e = value + m·q, q over all multiples that e can reach.</summary>
    private (Ir.Index, Ir.Index) Remainder(ModAtom mod, Ir.Index value)
    {
        Demand(ScalarOp.GreaterOrEqual, value, Ir.Index.Of(0));
        Demand(ScalarOp.Less, value, Ir.Index.Of(mod.Divisor));
        (Dim low, Dim high) = IndexBounds.Of(mod.Dividend) ?? throw new NotSupportedException("a remainder of a position that is looked up cannot be differentiated");
        Dim first = Dim.Floor(low, mod.Divisor), last = Dim.Floor(high, mod.Divisor);
        IndexVar multiple = Introduce("q", last - first + 1);
        return (mod.Dividend, value.Plus(Ir.Index.Of(multiple).Plus(first).Times(mod.Divisor)));
    }

    /// <summary>(element - rest) / coefficient of the term; demands that it is whole.</summary>
    private Ir.Index Quotient(Ir.Index position, IndexTerm term, Ir.Index element)
    {
        Ir.Index rest = new(position.Terms.Remove(term), position.Constant);
        Ir.Index difference = element.Minus(rest);
        if (term.Coefficient < 0) difference = difference.Times(-1);
        long size = Math.Abs(term.Coefficient);
        if (size == 1) return difference;
        Demand(ScalarOp.Equal, difference.Modulo(size), Ir.Index.Of(0));
        return difference.DividedBy(size);
    }

    /// <summary>h·K + k with k over 0 … K-1, and longer forms of it: every element is reached by exactly one (h, k).</summary>
    private bool MixedRadix(Ir.Index position, Ir.Index element)
    {
        if (position.Terms.Length < 2 || !position.Terms.All(t => t.Coefficient > 0 && t.Atom is VariableAtom v && open.Contains(v.Variable))) return false;
        IndexTerm[] terms = [.. position.Terms.OrderBy(t => t.Coefficient)];
        long expected = 1;
        foreach (IndexTerm term in terms)
        {
            if (term.Coefficient != expected) return false;
            if (term != terms[^1] && !((VariableAtom)term.Atom).Variable.Size.TryGetConstant(out long size)) return false;
            else if (term != terms[^1] && ((VariableAtom)term.Atom).Variable.Size.TryGetConstant(out size)) expected *= size;
        }

        Ir.Index value = element.Minus(Ir.Index.Of(position.Constant));
        foreach (IndexTerm term in terms)
        {
            IndexVar variable = ((VariableAtom)term.Atom).Variable;
            Ir.Index quotient = value.DividedBy(term.Coefficient);
            if (term == terms[^1]) Set(variable, quotient);
            else
            {
                variable.Size.TryGetConstant(out long size);
                SetWithin(variable, quotient.Modulo(size));
            }
        }

        return true;
    }

    private (int, int, long) Rank(IndexTerm term)
    {
        IndexVar variable = ((VariableAtom)term.Atom).Variable;
        bool isStatic = variable.Size.TryGetConstant(out long size);
        return (preferred.Contains(variable) ? 0 : 1, isStatic ? 1 : 0, -size);
    }

    private void Set(IndexVar variable, Ir.Index value)
    {
        Demand(ScalarOp.GreaterOrEqual, value, Ir.Index.Of(0));
        Demand(ScalarOp.Less, value, Ir.Index.Of(variable.Size));
        SetWithin(variable, value);
    }

    private void SetWithin(IndexVar variable, Ir.Index value)
    {
        open.Remove(variable);
        var single = new Substitution(new Dictionary<IndexVar, Ir.Index> { [variable] = value });
        foreach (IndexVar other in solved.Keys.ToArray()) solved[other] = single.Apply(solved[other]);
        solved[variable] = value;
    }

    private IndexVar Introduce(string name, Dim size)
    {
        var variable = new IndexVar(name, size);
        open.Add(variable);
        introduced.Add(variable);
        return variable;
    }

    private void Demand(ScalarOp op, Ir.Index left, Ir.Index right) => demands.Add((op, left, right));

    private Fibre Result()
    {
        var substitution = new Substitution(solved);
        Scalar? condition = null;
        foreach ((ScalarOp op, Ir.Index left, Ir.Index right) in demands)
        {
            (Ir.Index a, Ir.Index b) = (substitution.Apply(left), substitution.Apply(right));
            if (IsNever(op, a, b)) condition = Scalars.False;
            else if (!Holds(op, a, b)) condition = Scalars.And(condition, Scalars.Compare(op, Scalars.Of(a), Scalars.Of(b)));
        }

        return new Fibre([], []) { Free = [.. open], Condition = condition, Substitution = substitution };
    }

    private static bool Holds(ScalarOp op, Ir.Index a, Ir.Index b) => IndexBounds.Of(a.Minus(b)) is var (low, high) && op switch
    {
        ScalarOp.Equal => IsAtLeast(low, 0) && IsAtLeast(-high, 0),
        ScalarOp.GreaterOrEqual => IsAtLeast(low, 0),
        _ => IsAtLeast(-high, 1),
    };

    private static bool IsNever(ScalarOp op, Ir.Index a, Ir.Index b) => IndexBounds.Of(a.Minus(b)) is var (low, high) && op switch
    {
        ScalarOp.Equal => IsAtLeast(low, 1) || IsAtLeast(-high, 1),
        ScalarOp.GreaterOrEqual => IsAtLeast(-high, 1),
        _ => IsAtLeast(low, 0),
    };

    private static bool IsAtLeast(Dim value, long least) => value.TryGetConstant(out long constant) && constant >= least;
}
