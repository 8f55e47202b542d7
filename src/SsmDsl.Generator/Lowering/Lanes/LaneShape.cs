using System.Collections.Immutable;
using SsmDsl.Semantics;

namespace SsmDsl.Lowering;

/// <summary>
/// What the variables of a loop's body are when its iterations run side by side: the same in all lanes, or one value a lane;
/// positions and pointers move by a stride from lane to lane.
/// </summary>
public sealed class LaneShape
{
    private readonly Dictionary<Variable, Dim> strides = [];
    private readonly HashSet<Variable> varying = [];

    internal LaneShape(Variable counter) => strides[counter] = 1;

    /// <summary>Some lanes hold ints.</summary>
    public bool HasInts { get; internal set; }

    /// <summary>Variables from outside of the loop that it adds to (multiplies, …): each with its operation.</summary>
    public ImmutableArray<(Variable Variable, ScalarOp Op)> Totals { get; internal set; } = [];

    public bool IsVarying(Variable variable) => varying.Contains(variable);

    /// <summary>Distance from lane to lane of a position or a pointer.</summary>
    public Dim Stride(Variable variable) => strides.TryGetValue(variable, out Dim? stride) ? stride : 0;

    public Dim Stride(Place place) => place.Terms.Aggregate((Dim)0, (sum, t) => sum + t.Factor * Stride(t.Variable));

    public Dim Stride(Variable pointer, Place offset) => Stride(pointer) + Stride(offset);

    public bool IsVarying(Value value) => value switch
    {
        VariableValue v => IsVarying(v.Variable),
        PlaceValue p => !IsZero(Stride(p.Place)),
        ElementValue e => !IsZero(Stride(e.Pointer, e.Offset)),
        OperationValue o => o.Arguments.Any(IsVarying),
        ChoiceValue c => IsVarying(c.Condition) || IsVarying(c.Then) || IsVarying(c.Else),
        InsideValue i => !IsZero(Stride(i.Place)),
        DrawValue d => (d.Sequence is { } s && !IsZero(Stride(s))) || d.Parts.Any(p => IsVarying(p.Index)),
        _ => false,
    };

    internal bool Vary(Variable variable) => varying.Add(variable);

    internal void Move(Variable variable, Dim stride)
    {
        if (!IsZero(stride)) strides[variable] = stride;
    }

    internal static bool IsZero(Dim stride) => stride.Equals((Dim)0);

    internal static bool IsOne(Dim stride) => stride.Equals((Dim)1);
}
