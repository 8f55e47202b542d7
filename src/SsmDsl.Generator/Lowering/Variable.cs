using System.Collections.Immutable;
using SsmDsl.Semantics;

namespace SsmDsl.Lowering;

public enum VariableKind
{
    /// <summary>A number or truth value of the kernel's element types.</summary>
    Value,

    /// <summary>A signed number of the machine's width: loop counters, positions, sizes.</summary>
    Position,

    /// <summary>An address of elements.</summary>
    Pointer,
}

/// <summary>A variable of a kernel. Reference identity; printers make its name unique.</summary>
/// <param name="hint">The name it should have.</param>
/// <param name="element">Of a value, its type; of a pointer, that of what it points to; int for positions.</param>
public sealed class Variable(string hint, VariableKind kind, ElementType element)
{
    public string Hint { get; } = hint;
    public VariableKind Kind { get; } = kind;
    public ElementType Element { get; } = element;

    public static Variable Position(string hint) => new(hint, VariableKind.Position, ElementType.Int);

    public override string ToString() => Hint;
}

/// <summary>A sum of position variables times sizes, and a size: positions, offsets and bounds at run time.</summary>
public sealed record Place(ImmutableArray<PlaceTerm> Terms, Dim Constant)
{
    public static Place Of(Variable variable) => new([new PlaceTerm(variable, 1)], 0);

    public static Place Of(Dim constant) => new([], constant);

    public static Place Zero { get; } = Of((Dim)0);

    public Place Plus(Place other)
    {
        var terms = Terms.ToList();
        foreach (PlaceTerm term in other.Terms)
        {
            int at = terms.FindIndex(t => t.Variable == term.Variable);
            if (at < 0) terms.Add(term);
            else terms[at] = term with { Factor = terms[at].Factor + term.Factor };
        }

        return new Place([.. terms.Where(t => !t.Factor.Equals((Dim)0))], Constant + other.Constant);
    }

    public Place Plus(Dim constant) => this with { Constant = Constant + constant };

    public Place Times(Dim factor) =>
        factor.Equals((Dim)1) ? this : new Place([.. Terms.Select(t => t with { Factor = t.Factor * factor })], Constant * factor);
}

public sealed record PlaceTerm(Variable Variable, Dim Factor);
