using SsmDsl.Lowering;
using SsmDsl.Semantics;

namespace SsmDsl.Emit;

/// <summary>Prints the body of a kernel for ILGPU: of one thread, or of one of the threads of a group.</summary>
internal sealed class IlgpuKernelText : KernelText
{
    private readonly Dictionary<Variable, Variable> roots = [];
    private readonly IlgpuValueText values;

    private IlgpuKernelText(Kernel kernel, KernelNames arguments, RealType real)
        : base(kernel, arguments, ScalarDialect.Ilgpu) => values = new IlgpuValueText(real, NameOf, Argument, Argument, Memory);

    protected override ValueText Values => values;

    public static string Of(Kernel kernel, KernelNames arguments, RealType real)
    {
        var text = new IlgpuKernelText(kernel, arguments, real);
        foreach (LocalArray array in kernel.Locals) text.PrintLocal(array);
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
                (_, string? start) = Memory(l.Base);
                string position = values.Position(start, l.Offset).Text;
                roots[l.Variable] = Root(l.Base);
                Body.Line($"int {NameOf(l.Variable)} = {position};");
                break;
            case DeclareStatement d:
                Body.Line($"{Values.TypeName(d.Variable)} {NameOf(d.Variable)} = default;");
                break;
            case StoreStatement s when s.Pointer.Element == ElementType.Bool:
                Body.Line($"{Values.Element(s.Pointer, s.Offset)} = (byte)({Values.Of(s.Value).At(Precedence.Or)} ? 1 : 0);");
                break;
            case ProductStatement p:
                Body.Line(IlgpuProductText.Of(p, NameOf, values, Memory));
                break;
            case ClearStatement c:
                (string view, string? first) = Memory(c.Pointer);
                string i = Take("i");
                Body.Line($"for (int {i} = 0; {i} < {c.Elements}; {i}++) {view}[{(first is null ? i : $"{first} + {i}")}] = 0;");
                break;
            case RowsStatement r:
                PrintIndices(r, "item");
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
        Body.Line($"ArrayView<{element}> {NameOf(array.Pointer)} = LocalMemory.Allocate<{element}>({array.Elements});");
    }

    private (string View, string? Start) Memory(Variable pointer) =>
        roots.TryGetValue(pointer, out Variable root) ? (NameOf(root), NameOf(pointer)) : (NameOf(pointer), null);

    private Variable Root(Variable pointer) => roots.TryGetValue(pointer, out Variable root) ? root : pointer;
}
