using SsmDsl.Lowering;
using SsmDsl.Semantics;

namespace SsmDsl.Emit;

/// <summary>Prints one form of a kernel: the body of a static method, in lanes of a width or in none.</summary>
internal sealed class KernelText
{
    private readonly Kernel kernel;
    private readonly KernelNames arguments;
    private readonly LaneDialect? dialect;
    private TextBlock body = new();
    private readonly NameScope scope;
    private readonly Dictionary<Variable, string> names = [];
    private readonly ValueText values;

    private KernelText(Kernel kernel, KernelNames arguments, RealType real, LaneDialect? dialect)
    {
        this.kernel = kernel;
        this.arguments = arguments;
        this.dialect = dialect;
        scope = new NameScope(arguments.Taken);
        values = new ValueText(real, NameOf, Argument, Argument);
    }

    /// <param name="dialect">Null for one element after the other.</param>
    public static string Body(Kernel kernel, KernelNames arguments, RealType real, LaneDialect? dialect)
    {
        var text = new KernelText(kernel, arguments, real, dialect);
        text.PrintLocals(text.body);
        text.Print(kernel.Body);
        return text.body.ToString().TrimEnd('\n');
    }

    /// <summary>Comment lines; whatever a reader of C# takes for the end of a line ends one.</summary>
    private static IEnumerable<string> Comment(string text) =>
        text.Split('\n', '\r', '\u0085', '\u2028', '\u2029').Select(l => l.Trim()).Where(l => l.Length > 0).Select(l => "// " + l);

    private string Argument(object key) => arguments.Find(key) ?? throw new InvalidOperationException($"kernel {kernel.Name} has no argument {key}");

    private string NameOf(Variable variable)
    {
        if (!names.TryGetValue(variable, out string name)) names[variable] = name = arguments.Find(variable) ?? scope.Take(variable.Hint);
        return name;
    }

    private void Print(IEnumerable<Statement> statements)
    {
        foreach (Statement statement in statements) Print(statement);
    }

    private void Print(Statement statement)
    {
        switch (statement)
        {
            case CommentStatement c:
                body.Lines(Comment(c.Text));
                break;
            case LetStatement l:
                body.Line($"{values.TypeName(l.Variable)} {NameOf(l.Variable)} = {values.Of(l.Value)};");
                break;
            case LetPlaceStatement l:
                body.Line($"nint {NameOf(l.Variable)} = {values.Of(l.Source)};");
                break;
            case LetPointerStatement l:
                CSharp from = CSharp.Name(NameOf(l.Base));
                CSharp place = l.Offset.Equals(Place.Zero) ? from : CSharp.Binary(from, "+", values.Of(l.Offset), Precedence.Additive);
                body.Line($"{values.TypeName(l.Variable)} {NameOf(l.Variable)} = {place};");
                break;
            case DeclareStatement d:
                body.Line($"{values.TypeName(d.Variable)} {NameOf(d.Variable)};");
                break;
            case AssignStatement a:
                body.Line($"{NameOf(a.Variable)} = {values.Of(a.Value)};");
                break;
            case StoreStatement s:
                body.Line($"{values.Element(s.Pointer, s.Offset)} = {values.Of(s.Value)};");
                break;
            case BranchStatement b:
                body.Block($"if ({values.Of(b.Condition)})", () => Print(b.Then));
                if (!b.Else.IsEmpty) body.Block("else", () => Print(b.Else));
                break;
            case CheckStatement c:
                string at = NameOf(c.Checked);
                body.Block($"if ((nuint){at} >= {CSharp.Cast("nuint", values.Of(c.Extent))})", () =>
                {
                    Report(c.Check, c.Position, $"(int){at}");
                    body.Line($"{at} = 0;");
                });
                break;
            case FaultStatement f:
                Report(f.Check, f.Position, "0");
                break;
            case LoopStatement { Lanes: { } lanes } l when dialect?.Has(lanes) == true:
                Lanes(lanes).Print(l.Counter, "0", values.Of(l.Size), l.Size.TryGetConstant(out long count) ? count : null, l.Body);
                break;
            case LoopStatement l:
                body.Block(LoopHeader(l, NameOf, values), () => Print(l.Body));
                break;
            case ProductStatement p:
                body.Line(ProductText.Of(p, NameOf, values));
                break;
            case ChunkLoopStatement l:
                PrintChunk(l);
                break;
            case ClearStatement c:
                body.Line($"new global::System.Span<{values.TypeName(c.Pointer.Element)}>({NameOf(c.Pointer)}, {c.Elements}).Clear();");
                break;
            case RowsStatement r:
                PrintRows(r);
                break;
            default:
                throw new NotSupportedException(statement.GetType().Name);
        }
    }

    public static string LoopHeader(LoopStatement loop, Func<Variable, string> names, ValueText values)
    {
        string counter = names(loop.Counter), size = values.Of(loop.Size).At(Precedence.Additive);
        return loop.Reversed
            ? $"for (nint {counter} = {size} - 1; {counter} >= 0; {counter}--)"
            : $"for (nint {counter} = 0; {counter} < {size}; {counter}++)";
    }

    private LaneStatements Lanes(LaneShape shape) => new(shape, dialect!, values, NameOf, scope.Take, PrintTo, body);

    private void PrintTo(Statement statement, TextBlock output)
    {
        TextBlock saved = body;
        body = output;
        Print(statement);
        body = saved;
    }

    /// <summary>Arrays of the kernel's own, each at a multiple of 64 bytes.</summary>
    private void PrintLocals(TextBlock output)
    {
        if (kernel.Locals.IsEmpty) return;
        long bytes = kernel.Locals.Sum(l => Padded(l));
        output.Line($"byte* local = stackalloc byte[{bytes + 63}];");
        output.Line("local = (byte*)(((nuint)local + 63) & ~(nuint)63);");
        long at = 0;
        foreach (LocalArray array in kernel.Locals)
        {
            string type = values.TypeName(array.Pointer.Element);
            output.Line($"{type}* {NameOf(array.Pointer)} = ({type}*)(local + {at}){(array.ItemElements == 0 ? "" : $" - item * {array.ItemElements}")};");
            at += Padded(array);
        }

        long Padded(LocalArray array) => (array.Elements * values.Bytes(array.Pointer.Element) + 63) / 64 * 64;
    }

    private void PrintChunk(ChunkLoopStatement loop)
    {
        string counter = NameOf(loop.Counter), first = values.Of(loop.First).At(Precedence.Relational);
        string end = $"nint.Min({values.Of(loop.First.Plus(loop.Length))}, {values.Of(loop.End)})";
        body.Block(
            loop.Reversed
                ? $"for (nint {counter} = {end} - 1; {counter} >= {first}; {counter}--)"
                : $"for (nint {counter} = {first}; {counter} < {end}; {counter}++)",
            () => Print(loop.Body));
    }

    private void Report(int check, Place position, string value) =>
        body.Line($"FaultRecord.Report({Argument("faults")}, {arguments.Check(check)}, {values.Of(position)}, {value});");

    private void PrintRows(RowsStatement rows)
    {
        string row = rows.Axes.Length == 1 ? NameOf(rows.Axes[0].Counter) : "row";
        string first = rows.Grain == 1 ? "item" : $"item * {rows.Grain}", last = rows.Grain == 1 ? "item + 1" : $"(item + 1) * {rows.Grain}";
        string end = scope.Take("end");
        body.Line($"nint {end} = nint.Min({last}, {values.Of(rows.Rows)});");
        if (rows.Lanes is { } lanes && dialect?.Has(lanes) == true)
        {
            // Items are whole vectors, the last one too if all rows are.
            bool isWhole = rows.Rows.TryGetConstant(out long all) && all % dialect.Width == 0 && rows.Grain % dialect.Width == 0;
            Lanes(lanes).Print(rows.Axes[0].Counter, first, CSharp.Name(end), isWhole ? all : null, rows.Body);
            return;
        }

        body.Block($"for (nint {row} = {first}; {row} < {end}; {row}++)", () =>
        {
            Dim inner = 1;
            for (int i = rows.Axes.Length - 1; i >= 0 && rows.Axes.Length > 1; i--)
            {
                (Variable counter, Dim size) = rows.Axes[i];
                CSharp quotient = inner.Equals((Dim)1)
                    ? CSharp.Name(row)
                    : CSharp.Binary(CSharp.Name(row), "/", values.Of(inner), Precedence.Multiplicative);
                CSharp value = i == 0 ? quotient : CSharp.Binary(quotient, "%", values.Of(size), Precedence.Multiplicative);
                body.Line($"nint {NameOf(counter)} = {value};");
                inner *= size;
            }

            Print(rows.Body);
        });
    }
}
