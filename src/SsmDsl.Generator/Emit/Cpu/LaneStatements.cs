using SsmDsl.Lowering;
using SsmDsl.Semantics;

namespace SsmDsl.Emit;

/// <summary>Prints loops whose iterations run in lanes.</summary>
internal sealed class LaneStatements
{
    private readonly LaneShape shape;
    private readonly LaneDialect dialect;
    private readonly ValueText scalars;
    private readonly LaneValueText values;
    private readonly Func<Variable, string> names;
    private readonly Func<string, string> take;
    private readonly Func<LoopStatement, string> loopHeader;
    private readonly Action<IEnumerable<Statement>, TextBlock> plain;
    private readonly Dictionary<Variable, string> totals = [];
    private TextBlock body;

    /// <param name="take">Gives out a name.</param>
    /// <param name="loopHeader">The first line of a loop whose iterations do not run in lanes.</param>
    /// <param name="plain">Prints statements that are the same for all lanes.</param>
    public LaneStatements(
        LaneShape shape, LaneDialect dialect, ValueText scalars, Func<Variable, string> names, Func<string, string> take,
        Func<LoopStatement, string> loopHeader, Action<IEnumerable<Statement>, TextBlock> plain, TextBlock body)
    {
        (this.shape, this.dialect, this.scalars, this.names, this.take, this.loopHeader, this.plain, this.body)
            = (shape, dialect, scalars, names, take, loopHeader, plain, body);
        values = new LaneValueText(shape, dialect, scalars, names, this);
    }

    /// <summary>Counter from <paramref name="first"/> to <paramref name="end"/>, a vector at a time; what is left under a mask.</summary>
    /// <param name="size">The number of iterations if that is known.</param>
    /// <param name="descends">From the end to <paramref name="first"/>, in the same vectors.</param>
    public void Print(Variable counter, string first, CSharp end, long? size, IReadOnlyCollection<Statement> statements, bool descends = false)
    {
        foreach ((Variable total, ScalarOp op) in shape.Totals)
        {
            totals[total] = take(total.Hint + "_lanes");
            body.Line($"{dialect.Vector} {totals[total]} = {dialect.Broadcast(scalars.Of(LaneTotal.Start(op)))};");
        }

        PrintVectors(names(counter), first, end, size, statements, descends);
        foreach ((Variable total, ScalarOp op) in shape.Totals)
        {
            CSharp all = CSharp.Call(LaneDialect.Memory + LaneTotal.Function(op), CSharp.Name(totals[total]));
            CSharp sum = OperationText.Of(new OperationValue(op, [], ElementType.Real), [CSharp.Name(names(total)), all], ValueText.RealName(dialect.Real), ScalarDialect.Cpu);
            body.Line($"{names(total)} = {sum};");
        }
    }

    private void PrintVectors(string at, string first, CSharp end, long? size, IReadOnlyCollection<Statement> statements, bool descends)
    {
        int width = dialect.Width;
        string last = end.At(Precedence.Additive);
        if (size % width == 0)
        {
            string header = descends ? $"nint {at} = {last} - {width}; {at} >= {first}; {at} -= {width}" : $"nint {at} = {first}; {at} < {last}; {at} += {width}";
            Nested($"for ({header})", statements, default);
            return;
        }

        bool isOne = size <= width;
        if (descends)
        {
            string whole = first == "0" ? $"{end.At(Precedence.Multiplicative)} / {width} * {width}" : $"{first} + ({last} - {first}) / {width} * {width}";
            body.Line($"nint {at} = {(isOne ? first : whole)};");
            PrintTail();
            if (!isOne) Nested($"for ({at} -= {width}; {at} >= {first}; {at} -= {width})", statements, default);
            return;
        }

        body.Line($"nint {at} = {first};");
        if (!isOne) Nested($"for (; {at} + {width} <= {last}; {at} += {width})", statements, default);
        PrintTail();

        void PrintTail() => body.Block($"if ({at} < {last})", () =>
        {
            CSharp left = CSharp.Cast(ValueText.RealName(dialect.Real), new CSharp($"({end} - {at})", Precedence.Primary));
            CSharp tail = Named(dialect.Vector, "tail", dialect.Call("LessThan", CSharp.Name($"{dialect.Vector}.Indices"), dialect.Broadcast(left)));
            Print(statements, new Masks(tail, null));
        });
    }

    /// <summary>A variable for an expression.</summary>
    public CSharp Named(string type, string hint, CSharp value)
    {
        string name = take(hint);
        body.Line($"{type} {name} = {value};");
        return CSharp.Name(name);
    }

    /// <summary>What is printed meanwhile goes to a block of its own; null if that is nothing.</summary>
    public (CSharp Value, TextBlock? Before) Apart(Func<CSharp> print)
    {
        TextBlock saved = body;
        body = new TextBlock();
        CSharp value = print();
        TextBlock? before = body.ToString().Length == 0 ? null : body;
        body = saved;
        return (value, before);
    }

    /// <summary>A variable that one of two blocks sets.</summary>
    public CSharp Chosen(string type, CSharp condition, CSharp then, TextBlock? before, CSharp otherwise, TextBlock? beforeElse)
    {
        string name = take("chosen");
        body.Line($"{type} {name};");
        body.Block($"if ({condition})", () => Set(then, before));
        body.Block("else", () => Set(otherwise, beforeElse));
        return CSharp.Name(name);

        void Set(CSharp value, TextBlock? lines)
        {
            if (lines is not null) body.Line(lines.ToString().TrimEnd('\n'));
            body.Line($"{name} = {value};");
        }
    }

    private void Nested(string header, IReadOnlyCollection<Statement> statements, Masks masks) =>
        body.Nested(header, statements.Count == 1 && statements.First() is StoreStatement or AssignStatement, () => Print(statements, masks));

    private void Print(IEnumerable<Statement> statements, Masks masks)
    {
        var pointers = new List<Statement>();
        foreach (Statement statement in statements)
        {
            if (statement is LetPointerStatement)
            {
                pointers.Add(statement);
                continue;
            }

            plain(pointers, body);
            pointers.Clear();
            Print(statement, masks);
        }

        plain(pointers, body);
    }

    private void Print(Statement statement, Masks masks)
    {
        switch (statement)
        {
            case LetStatement l when shape.IsVarying(l.Variable):
                body.Line($"{dialect.TypeOf(l.Variable.Element)} {names(l.Variable)} = {values.Of(l.Value, masks.Memory)};");
                break;
            case DeclareStatement d when shape.IsVarying(d.Variable):
                // Selected assignments read what was there before.
                body.Line($"{dialect.TypeOf(d.Variable.Element)} {names(d.Variable)} = default;");
                break;
            case AssignStatement a when totals.TryGetValue(a.Variable, out string total):
                CSharp sum = values.OfTotal((OperationValue)a.Value, CSharp.Name(total), masks.Memory);
                body.Line($"{total} = {Select(masks.Memory, ElementType.Real, sum, total)};");
                break;
            case AssignStatement a when shape.IsVarying(a.Variable):
                string name = names(a.Variable);

                // A term is added to a sum in one operation after the other: the next term waits for no more than that.
                CSharp result = a.Value is OperationValue { Op: ScalarOp.Add } o && o.Arguments[0] is VariableValue v && v.Variable == a.Variable
                    ? values.OfTotal(o, CSharp.Name(name), masks.Memory)
                    : values.Of(a.Value, masks.Memory);
                body.Line($"{name} = {Select(masks.Branch, a.Variable.Element, result, name)};");
                break;
            case StoreStatement s:
                Store(s, masks.Memory);
                break;
            case BranchStatement b when shape.IsVarying(b.Condition):
                CSharp picks = Named(dialect.Vector, "picked", values.Of(b.Condition, masks.Memory));
                Print(b.Then, masks.And(picks));
                if (!b.Else.IsEmpty) Print(b.Else, masks.And(LaneValueText.Not(picks)));
                break;
            case BranchStatement b:
                Nested($"if ({scalars.Of(b.Condition)})", b.Then, masks);
                if (!b.Else.IsEmpty) Nested("else", b.Else, masks);
                break;
            case LoopStatement l:
                Nested(loopHeader(l), l.Body, masks);
                break;
            default:
                plain([statement], body);
                break;
        }
    }

    private string Select(CSharp? mask, ElementType type, CSharp value, string before) => mask is { } only
        ? dialect.Call("ConditionalSelect", values.Mask(only, type), value, CSharp.Name(before)).Text
        : value.Text;

    private void Store(StoreStatement store, CSharp? mask)
    {
        CSharp value = values.Of(store.Value, mask), to = values.Address(store.Pointer, store.Offset);
        ElementType type = store.Pointer.Element;
        Semantics.Dim stride = shape.Stride(store.Pointer, store.Offset);
        bool isBeside = LaneShape.IsOne(stride) && type != ElementType.Bool;
        CSharp call = isBeside
            ? mask is null ? dialect.Call("Store", value, to) : CSharp.Call(LaneDialect.Memory + "Store", value, to, values.Mask(mask, type))
            : CSharp.Call(LaneDialect.Memory + "Scatter", value, to, scalars.Of(stride), values.Mask(mask, type));
        body.Line($"{call};");
    }

    /// <param name="Memory">Lanes for which memory may be touched; null: all.</param>
    /// <param name="Branch">Lanes for which the branch around runs; null: all that matter.</param>
    private readonly record struct Masks(CSharp? Memory, CSharp? Branch)
    {
        public Masks And(CSharp picks) => new(LaneValueText.Both(Memory, picks), LaneValueText.Both(Branch, picks));
    }
}
