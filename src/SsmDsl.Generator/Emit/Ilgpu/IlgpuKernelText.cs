using SsmDsl.Lowering;
using SsmDsl.Semantics;

namespace SsmDsl.Emit;

/// <summary>Prints the body of a kernel for ILGPU: of one thread, or of one of the threads of a group.</summary>
internal sealed class IlgpuKernelText : KernelText
{
    private readonly Dictionary<Variable, Variable> roots = [];

    // Inside of a loop in lanes, what a thread has of a total
    private readonly Dictionary<Variable, Variable> standIns = [];
    private readonly IlgpuValueText values;

    // What all products of the kernel load parts of their matrices into, one after the other
    private string? panels;

    // Of arrays that each thread has for itself; null where they lie in local memory
    private readonly int? columns;
    private readonly HashSet<Variable> inColumns = [];

    private IlgpuKernelText(Kernel kernel, KernelNames arguments, RealType real, ScalarDialect dialect)
        : base(kernel, arguments, dialect)
    {
        values = new IlgpuValueText(dialect, real, NameOf, Argument, Argument, Memory);
        columns = ThreadArrays.Columns(kernel, real);
        if (columns is not null) inColumns.UnionWith(kernel.Locals.Where(l => !l.IsShared).Select(l => l.Pointer));
    }

    protected override ValueText Values => values;

    public static string Of(Kernel kernel, KernelNames arguments, RealType real, ScalarDialect dialect)
    {
        var text = new IlgpuKernelText(kernel, arguments, real, dialect);
        if (text.columns is not null) text.Body.Line("int column = Group.IdxX;");
        foreach (LocalArray array in kernel.Locals) text.PrintLocal(array);
        if (NeedsGroups(kernel)) text.PrintPanels();
        text.Print(kernel.Body);
        return text.Body.ToString().TrimEnd('\n');
    }

    /// <summary>Whether the threads of a group work on each item together.</summary>
    public static bool NeedsGroups(Kernel kernel) => HasProduct(kernel.Body);

    private static bool HasProduct(IEnumerable<Statement> statements) => statements.Any(s => s switch
    {
        ProductStatement => true,
        RowsStatement r => HasProduct(r.Body),
        LoopStatement l => HasProduct(l.Body),
        _ => false,
    });

    protected override void Print(Statement statement)
    {
        switch (statement)
        {
            case LetPointerStatement l:
                string position = values.Position(Memory(l.Base).Start, l.Offset).Text;
                roots[l.Variable] = Root(l.Base);
                Body.Line($"int {NameOf(l.Variable)} = {position};");
                break;
            case AssignStatement a when standIns.TryGetValue(a.Variable, out Variable own):
                OperationValue added = (OperationValue)a.Value;
                Body.Line($"{NameOf(own)} = {Values.Of(added with { Arguments = added.Arguments.SetItem(0, new VariableValue(own)) })};");
                break;
            case DeclareStatement d:
                Body.Line($"{Values.TypeName(d.Variable)} {NameOf(d.Variable)} = default;");
                break;
            case StoreStatement s when s.Pointer.Element == ElementType.Bool:
                Body.Line($"{Values.Element(s.Pointer, s.Offset)} = (byte)({Values.Of(s.Value).At(Precedence.Or)} ? 1 : 0);");
                break;
            case LoopStatement { Lanes: { } shape } l:
                PrintLanes(l, shape);
                break;
            case OnceStatement o:
                Body.Block("if (lane == 0)", () => Print(o.Body));
                break;
            case BarrierStatement:
                Body.Line("Warp.Barrier();");
                break;
            case ProductStatement p:
                Body.Line(IlgpuProductText.Of(p, NameOf, values, Memory, panels!));
                break;
            case TileStatement t:
                PrintElements(t);
                break;
            case ClearStatement c:
                Variable i = Variable.Position("i");
                Body.Line($"for (int {NameOf(i)} = 0; {NameOf(i)} < {c.Elements}; {NameOf(i)}++) {values.Element(c.Pointer, Place.Of(i))} = 0;");
                break;
            case RowsStatement r:
                PrintIndices(r.Axes, "item");
                Print(r.Body);
                break;
            default:
                base.Print(statement);
                break;
        }
    }

    protected override void Report(int check, Place position, string value) =>
        Body.Line($"DeviceFaults.Report({Argument("faults")}, {Arguments.Check(check)}, {Values.Of(position)}, {value});");

    private void PrintLocal(LocalArray array)
    {
        string element = IlgpuArgument.ElementOf(Values.TypeName(array.Pointer.Element));
        bool isInColumns = inColumns.Contains(array.Pointer);
        string memory = array.IsShared || isInColumns ? "SharedMemory" : "LocalMemory";
        Body.Line($"ArrayView<{element}> {NameOf(array.Pointer)} = {memory}.Allocate<{element}>({array.Elements * (isInColumns ? columns!.Value : 1)});");
    }

    private void PrintPanels()
    {
        string element = Values.TypeName(ElementType.Real);
        panels = Take("panels");
        Body.Line($"ArrayView<{element}> {panels} = SharedMemory.Allocate<{element}>(DeviceProduct.Panels);");
    }

    /// <summary>Each thread runs the iterations of its lane; totals are put together over the warp, in a fixed order.</summary>
    private void PrintLanes(LoopStatement loop, LaneShape shape)
    {
        string counter = NameOf(loop.Counter);
        var totals = shape.Totals.Select(t => (t.Variable, t.Op, Own: new Variable(t.Variable.Hint + "_lane", VariableKind.Value, t.Variable.Element))).ToArray();
        foreach ((Variable _, ScalarOp op, Variable own) in totals)
        {
            Body.Line($"{Values.TypeName(own)} {NameOf(own)} = {Values.Of(LaneTotal.Start(op))};");
        }

        foreach ((Variable total, _, Variable own) in totals) standIns[total] = own;
        void Iteration() => Print(loop.Body);
        if (!loop.Size.TryGetConstant(out long size) || size > WarpSchedule.Width)
            Body.Block($"for (int {counter} = lane; {counter} < {Values.Of(loop.Size).At(Precedence.Additive)}; {counter} += {WarpSchedule.Width})", Iteration);
        else if (size == WarpSchedule.Width)
            Body.Braces(() => Lane(counter, Iteration));
        else
            Body.Block($"if (lane < {size})", () => Lane(counter, Iteration));
        foreach ((Variable total, ScalarOp op, Variable own) in totals)
        {
            standIns.Remove(total);
            CSharp all = CSharp.Call($"DeviceWarp.{LaneTotal.Function(op)}", CSharp.Name(NameOf(own)));
            CSharp sum = OperationText.Of(new OperationValue(op, [], ElementType.Real), [CSharp.Name(NameOf(total)), all], Values.TypeName(ElementType.Real), Dialect);
            Body.Line($"{NameOf(total)} = {sum};");
        }
    }

    private void PrintElements(TileStatement tile)
    {
        string element = NameOf(tile.Element);
        Body.Block($"for (int {element} = DeviceProduct.FirstElement(); {element} < DeviceProduct.Elements; {element} += DeviceProduct.Threads)", () =>
        {
            string row = Position(tile.Rows, "/", "row"), column = Position(tile.Columns, "%", "column");
            Body.Line($"if ({row} >= {Values.Of(tile.Rows.Size).At(Precedence.Additive)} || {column} >= {Values.Of(tile.Columns.Size).At(Precedence.Additive)}) continue;");
            PrintIndices(tile.RowAxes, row);
            PrintIndices(tile.ColumnAxes, column);
            Print(tile.Body);
        });

        string Position(Cut cut, string part, string hint)
        {
            string name = Take(hint);
            Body.Line($"int {name} = {NameOf(cut.Counter)} * {cut.Tile} + {element} {part} {cut.Tile};");
            return name;
        }
    }

    private void Lane(string counter, Action body)
    {
        Body.Line($"int {counter} = lane;");
        body();
    }

    private ViewPlace Memory(Variable pointer)
    {
        Variable root = Root(pointer);
        return new ViewPlace(NameOf(root), root == pointer ? null : NameOf(pointer), inColumns.Contains(root) ? columns : null);
    }

    private Variable Root(Variable pointer) => roots.TryGetValue(pointer, out Variable root) ? root : pointer;
}
