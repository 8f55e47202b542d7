using SsmDsl.Lowering;
using SsmDsl.Semantics;

namespace SsmDsl.Emit;

/// <summary>Values in lanes as C#.</summary>
/// <param name="statements">Where a value needs statements before it, they go here.</param>
internal sealed class LaneValueText(LaneShape shape, LaneDialect dialect, ValueText scalars, Func<Variable, string> names, LaneStatements statements)
{
    /// <summary>A vector, of equal lanes where the value is the same for all.</summary>
    /// <param name="mask">Lanes for which memory may be read, or null for all.</param>
    public CSharp Of(Value value, CSharp? mask)
    {
        if (!shape.IsVarying(value)) return Broadcast(value);
        return value switch
        {
            VariableValue v => CSharp.Name(names(v.Variable)),
            PlaceValue p => Indices(p.Place),
            ElementValue e => Load(e, mask),
            OperationValue o => Operation(o, mask),
            ChoiceValue c => Choice(c, mask),
            InsideValue i => Inside(i),
            _ => throw new NotSupportedException(value.GetType().Name),
        };
    }

    private CSharp Broadcast(Value value) => value.Type == ElementType.Bool
        ? new CSharp($"({scalars.Of(value).At(Precedence.Or)} ? {dialect.All} : {dialect.Vector}.Zero)", Precedence.Primary)
        : dialect.Broadcast(scalars.Of(value));

    private CSharp Load(ElementValue element, CSharp? mask)
    {
        CSharp from = Address(element.Pointer, element.Offset);
        CSharp stride = scalars.Of(shape.Stride(element.Pointer, element.Offset));
        bool isBeside = LaneShape.IsOne(shape.Stride(element.Pointer, element.Offset)) && element.Type != ElementType.Bool;
        if (!isBeside) return CSharp.Call(LaneDialect.Memory + "Gather", from, stride, Mask(mask, element.Type));
        return mask is null ? dialect.Call("Load", from) : CSharp.Call(LaneDialect.Memory + "Load", from, Mask(mask, element.Type));
    }

    /// <summary>Where lane 0 reads or writes.</summary>
    public CSharp Address(Variable pointer, Place offset)
    {
        CSharp name = CSharp.Name(names(pointer));
        return offset.Terms.IsEmpty && LaneShape.IsZero(offset.Constant)
            ? name
            : CSharp.Binary(name, "+", scalars.Of(offset), Precedence.Additive);
    }

    /// <summary>A mask for elements of a type.</summary>
    public CSharp Mask(CSharp? mask, ElementType type) =>
        type == ElementType.Int ? dialect.Call("AsInt32", mask ?? dialect.All) : mask ?? dialect.All;

    /// <summary>Position, position + stride, … as ints.</summary>
    private CSharp Indices(Place place)
    {
        CSharp stride = CSharp.Cast("int", scalars.Of(shape.Stride(place)));
        string steps = LaneShape.IsOne(shape.Stride(place)) ? $"{dialect.IntVector}.Indices" : $"{dialect.IntVector}.Indices * {dialect.Broadcast(stride)}";
        return new CSharp($"{dialect.Broadcast(CSharp.Cast("int", scalars.Of(place)))} + {steps}", Precedence.Additive);
    }

    private CSharp Inside(InsideValue inside)
    {
        if (LaneShape.IsOne(shape.Stride(inside.Place)))
        {
            string real = ValueText.RealName(dialect.Real);
            CSharp lanes = CSharp.Name($"{dialect.Vector}.Indices"), from = scalars.Of(inside.Place);
            CSharp first = CSharp.Cast(real, new CSharp($"-({from})", Precedence.Unary));
            CSharp end = CSharp.Cast(real, new CSharp($"({scalars.Of(inside.Extent)} - ({from}))", Precedence.Primary));
            return new CSharp($"{dialect.Call("GreaterThanOrEqual", lanes, dialect.Broadcast(first))} & {dialect.Call("LessThan", lanes, dialect.Broadcast(end))}", Precedence.Or);
        }

        CSharp position = dialect.Call("AsUInt32", Indices(inside.Place));
        CSharp below = dialect.Call("LessThan", position, dialect.Broadcast(CSharp.Cast("uint", scalars.Of(inside.Extent))));
        return dialect.Call("AsSingle", below);
    }

    private CSharp Operation(OperationValue operation, CSharp? mask)
    {
        if (operation is { Op: ScalarOp.Add or ScalarOp.Subtract, Type: ElementType.Real } && MultiplyAdd(operation, mask) is { } both) return both;
        if (operation is { Op: ScalarOp.Sigmoid, Arguments: [OperationValue { Op: ScalarOp.Negate } negated] })
            return CSharp.Call($"{dialect.Functions.Lanes}.SigmoidOfNegated", Of(negated.Arguments[0], mask));
        if (operation.Op == ScalarOp.PowerInteger)
            return dialect.CallFunction(operation.Op, Of(operation.Arguments[0], mask), scalars.Of(operation.Arguments[1]));
        return LaneOperationText.Of(operation, [.. operation.Arguments.Select(a => Of(a, mask))], dialect);
    }

    /// <summary>What a total becomes: its operation on it and a term.</summary>
    public CSharp OfTotal(OperationValue operation, CSharp total, CSharp? mask)
    {
        Value term = operation.Arguments[1];
        return operation.Op == ScalarOp.Add && IsProduct(term, out OperationValue product)
            ? MultiplyAdd(product, total, mask)
            : LaneOperationText.Of(operation, [total, Of(term, mask)], dialect);
    }

    /// <summary>a·b + c, a·b - c, c - a·b; a·b + c·d + e takes two operations in the order (a·b + e) + c·d, where it would take three.</summary>
    private CSharp? MultiplyAdd(OperationValue sum, CSharp? mask)
    {
        bool isMinus = sum.Op == ScalarOp.Subtract;
        (Value left, Value right) = (sum.Arguments[0], sum.Arguments[1]);
        if (IsProduct(left, out OperationValue product)) return MultiplyAdd(product, Of(right, mask), mask, isMinus ? LaneDialect.Memory + "MultiplySubtract" : null);
        if (IsProduct(right, out product)) return MultiplyAdd(product, Of(left, mask), mask, Subtracting(isMinus));
        if (isMinus) return null;
        return IsOfProducts(left, out OperationValue products) ? Sum(products, right)
            : IsOfProducts(right, out products) ? Sum(products, left) : null;

        CSharp Sum(OperationValue two, Value rest) => MultiplyAdd(
            (OperationValue)two.Arguments[1], MultiplyAdd((OperationValue)two.Arguments[0], Of(rest, mask), mask), mask, Subtracting(two.Op == ScalarOp.Subtract));
    }

    private static string? Subtracting(bool isMinus) => isMinus ? LaneDialect.Memory + "NegatedMultiplyAdd" : null;

    /// <param name="function">Null for a·b + c.</param>
    private CSharp MultiplyAdd(OperationValue product, CSharp rest, CSharp? mask, string? function = null) =>
        CSharp.Call(function ?? dialect.Vectors + ".MultiplyAddEstimate", Of(product.Arguments[0], mask), Of(product.Arguments[1], mask), rest);

    private bool IsProduct(Value value, out OperationValue product)
    {
        product = (value as OperationValue)!;
        return value is OperationValue { Op: ScalarOp.Multiply, Type: ElementType.Real } && shape.IsVarying(value);
    }

    private bool IsOfProducts(Value value, out OperationValue sum)
    {
        sum = (value as OperationValue)!;
        return value is OperationValue { Op: ScalarOp.Add or ScalarOp.Subtract, Type: ElementType.Real } o && o.Arguments.All(a => IsProduct(a, out _));
    }

    /// <summary>
    /// Both sides are computed where lanes differ, each reading memory for its own lanes only; else the side taken alone.
    /// </summary>
    private CSharp Choice(ChoiceValue choice, CSharp? mask)
    {
        if (!shape.IsVarying(choice.Condition))
        {
            CSharp condition = scalars.Of(choice.Condition);
            (CSharp then, TextBlock? before) = statements.Apart(() => Of(choice.Then, mask));
            (CSharp otherwise, TextBlock? beforeElse) = statements.Apart(() => Of(choice.Else, mask));
            if (before is null && beforeElse is null)
                return new CSharp($"({condition.At(Precedence.Or)} ? {then.At(Precedence.Or)} : {otherwise.At(Precedence.Or)})", Precedence.Primary);
            return statements.Chosen(dialect.TypeOf(choice.Type), condition, then, before, otherwise, beforeElse);
        }

        CSharp picks = Of(choice.Condition, mask);
        bool reads = Reads(choice.Then) || Reads(choice.Else);
        if (reads || picks.Precedence != Precedence.Primary) picks = statements.Named(dialect.Vector, "picked", picks);
        CSharp? kept = Reads(choice.Then) ? Both(mask, picks) : mask, left = Reads(choice.Else) ? Both(mask, Not(picks)) : mask;
        CSharp a = Of(choice.Then, kept), b = Of(choice.Else, left);
        return dialect.Call("ConditionalSelect", choice.Type == ElementType.Int ? dialect.Call("AsInt32", picks) : picks, a, b);
    }

    public static CSharp Not(CSharp mask) => new($"~{mask.At(Precedence.Unary)}", Precedence.Unary);

    /// <summary>Both masks; a bitwise and binds less than anything else here.</summary>
    public static CSharp Both(CSharp? mask, CSharp other) =>
        mask is { } outer ? new CSharp($"({outer.At(Precedence.Unary)} & {other.At(Precedence.Unary)})", Precedence.Primary) : other;

    private bool Reads(Value value) => value switch
    {
        ElementValue => shape.IsVarying(value),
        OperationValue o => o.Arguments.Any(Reads),
        ChoiceValue c => Reads(c.Condition) || Reads(c.Then) || Reads(c.Else),
        _ => false,
    };
}
