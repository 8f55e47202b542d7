using SsmDsl.Ir;
using SsmDsl.Lowering.Fusion;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering;

internal sealed partial class KernelBuilder
{
    private Value LowerLoad(LoadScalar load)
    {
        Place[] places = [.. load.Indices.Select(Lower)];
        for (int axis = 0; axis < places.Length; axis++)
            if (load.Access[axis] == AxisAccess.Checked) places[axis] = LowerCheck(load, axis, places[axis]);
        bool[] padded = [.. load.Access.Select(a => a == AxisAccess.Padded)];
        Value? inside = Inside(load.Tensor, load.Indices, places, padded);
        return inside is null ? Read() : Choose(inside, Read, () => new ConstantValue(0, load.Type));

        Value Read()
        {
            (Variable pointer, Place offset) = Address(load.Tensor, load.Indices, places);
            return new ElementValue(pointer, offset);
        }
    }

    /// <summary>Whether a place is stored; null if that is certain.</summary>
    private static Value? Inside(Tensor tensor, IReadOnlyList<Index> indices, IReadOnlyList<Place> places, IReadOnlyList<bool> tested)
    {
        Value? inside = null;
        for (int axis = 0; axis < places.Count; axis++)
        {
            TensorAxis along = tensor.Axes[axis];
            if (!tested[axis] || IndexBounds.IsWithin(indices[axis], along)) continue;
            var test = new InsideValue(places[axis].Plus(along.Before), along.Extent);
            inside = inside is null ? test : Apply(ScalarOp.And, inside, test);
        }

        return inside;
    }

    private Place LowerCheck(LoadScalar load, int axis, Place place)
    {
        LoadScalar? source = load.Indices[axis].Lookups().SelectMany(s => s.Loads()).FirstOrDefault();
        Dim extent = load.Tensor.Axes[axis].Size;
        int check = Check(new RunCheck(source?.Tensor.Name ?? "", load.Tensor.Name, extent.ToString()));
        string key = $"c{check} {facts.Key(load.Indices[axis])}";
        if (current.Find(key) is { } known) return Place.Of(known);
        ScalarFact fact = facts.Of(load.Indices[axis]);
        return In(fact.IsStill ? current.Home(fact, throughBranches: false) : current, () =>
        {
            Variable position = DeclarePlace("row", new SumSource(place), key);
            Place at = source is null ? Place.Zero : RowMajor(source.Tensor, [.. source.Indices.Select(Lower)]);
            current.Statements.Add(new CheckStatement(position, extent, check, at));
            return Place.Of(position);
        });
    }

    /// <summary>The number of a check in the program.</summary>
    private int Check(RunCheck check)
    {
        int number = checks.Number(check);
        if (!ownChecks.Contains(number)) ownChecks.Add(number);
        return number;
    }

    /// <summary>Logical row-major position, for messages.</summary>
    private static Place RowMajor(Tensor tensor, IReadOnlyList<Place> places)
    {
        Place sum = Place.Zero;
        for (int axis = 0; axis < tensor.Rank; axis++) sum = sum.Times(tensor.Axes[axis].Size).Plus(places[axis]);
        return sum;
    }

    /// <summary>
    /// A pointer and the distance that is left: what does not change in the innermost loop that moves the address is added outside.
    /// </summary>
    private (Variable Pointer, Place Offset) Address(Tensor tensor, IReadOnlyList<Index> indices, IReadOnlyList<Place> places)
    {
        Place offset = Place.Zero;
        if (layouts.TryGetValue(tensor, out LocalLayout layout))
        {
            offset = LocalOffset(layout, indices);
        }
        else
        {
            for (int axis = 0; axis < tensor.Rank; axis++)
            {
                TensorAxis along = tensor.Axes[axis];
                offset = offset.Times(along.Extent).Plus(places[axis].Plus(along.Before));
            }
        }

        Variable pointer = Pointer(tensor);
        string key = "a" + Number(pointer);
        IGrouping<Scope, PlaceTerm>[] levels = [.. offset.Terms.GroupBy(t => homes[t.Variable]).OrderBy(g => g.Key.Depth)];
        if (!offset.Constant.IsConstant) Advance(root, Place.Of(offset.Constant));
        for (int i = 0; i < levels.Length - 1; i++) Advance(levels[i].Key, new Place([.. levels[i]], 0));
        Dim rest = offset.Constant.IsConstant ? offset.Constant : 0;
        return (pointer, new Place(levels.Length == 0 ? [] : [.. levels[levels.Length - 1]], rest));

        void Advance(Scope scope, Place distance)
        {
            key += "|" + string.Join("+", distance.Terms.Select(t => $"{t.Factor}*{Number(t.Variable)}")) + distance.Constant;
            if (scope.Find(key) is { } known)
            {
                pointer = known;
                return;
            }

            string suffix = string.Concat(distance.Terms.Select(t => t.Variable.Hint));
            var moved = new Variable($"{tensor.Name}_{suffix}", VariableKind.Pointer, tensor.Element);
            scope.Statements.Add(new LetPointerStatement(moved, pointer, distance));
            scope.Name(key, moved);
            pointer = moved;
        }
    }

    private int Number(Variable variable)
    {
        if (!numbers.TryGetValue(variable, out int number)) numbers[variable] = number = numbers.Count;
        return number;
    }

    private readonly Dictionary<Variable, int> numbers = [];
}
