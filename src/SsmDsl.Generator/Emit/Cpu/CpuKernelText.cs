using System.Collections.Immutable;
using SsmDsl.Lowering;

namespace SsmDsl.Emit;

/// <summary>Prints one form of a kernel for the CPU: the body of a static method, in lanes of a width or in none.</summary>
internal sealed class CpuKernelText : KernelText
{
    private readonly Kernel kernel;
    private readonly LaneDialect? dialect;
    private readonly Dictionary<string, string> ends = new(StringComparer.Ordinal);

    private CpuKernelText(Kernel kernel, KernelNames arguments, RealType real, ScalarDialect scalars, LaneDialect? dialect, bool hasComments)
        : base(kernel, arguments, scalars, hasComments)
    {
        (this.kernel, this.dialect) = (kernel, dialect);
        Values = new ValueText(scalars, real, NameOf, Argument, Argument);
    }

    protected override ValueText Values { get; }

    /// <param name="dialect">Null for one element after the other.</param>
    public static string Of(Kernel kernel, KernelNames arguments, RealType real, FunctionClasses functions, LaneDialect? dialect, bool hasComments)
    {
        var text = new CpuKernelText(kernel, arguments, real, ScalarDialect.CpuWith(functions), dialect, hasComments);
        text.PrintLocals();
        text.Print(kernel.Body);
        return text.Body.ToString().TrimEnd('\n');
    }

    protected override void Print(IEnumerable<Statement> statements)
    {
        var pointers = new List<(string Type, string Name, string Value)>();
        foreach (Statement statement in statements)
        {
            if (statement is LetPointerStatement l)
            {
                CSharp from = CSharp.Name(NameOf(l.Base));
                CSharp place = l.Offset.Equals(Place.Zero) ? from : CSharp.Binary(from, "+", Values.Of(l.Offset), Precedence.Additive);
                pointers.Add((Values.TypeName(l.Variable), NameOf(l.Variable), place.Text));
                continue;
            }

            Body.Declare(pointers);
            pointers.Clear();
            Print(statement);
        }

        Body.Declare(pointers);
    }

    protected override void Print(Statement statement)
    {
        switch (statement)
        {
            case DeclareStatement d:
                Body.Line($"{Values.TypeName(d.Variable)} {NameOf(d.Variable)};");
                break;
            case LoopStatement { Lanes: { } lanes } l when dialect?.Has(lanes) == true:
                Lanes(lanes).Print(l.Counter, "0", Values.Of(l.Size), l.Size.TryGetConstant(out long count) ? count : null, l.Body, l.Reversed);
                break;
            case ProductStatement p:
                Body.Line(ProductText.Of(p, NameOf, Values));
                break;
            case ClearStatement c:
                Body.Line($"new global::System.Span<{Values.TypeName(c.Pointer.Element)}>({NameOf(c.Pointer)}, {c.Elements}).Clear();");
                break;
            case RowsStatement r:
                PrintRows(r);
                break;
            default:
                base.Print(statement);
                break;
        }
    }

    protected override void Report(int check, Place position, string value) =>
        Body.Line($"FaultRecord.Report({Argument("faults")}, {Arguments.Check(check)}, {Values.Of(position)}, {value});");

    private LaneStatements Lanes(LaneShape shape) => new(shape, dialect!, Values, NameOf, Take, LoopHeader, PrintTo, Body);

    private void PrintTo(IEnumerable<Statement> statements, TextBlock output)
    {
        TextBlock saved = Body;
        Body = output;
        Print(statements);
        Body = saved;
    }

    /// <summary>Arrays of the kernel's own, each at a multiple of 64 bytes. They take no more of the stack than the item needs: every page of it is touched.</summary>
    private void PrintLocals()
    {
        if (kernel.Locals.IsEmpty) return;
        long[] bytes = [.. kernel.Locals.Select(l => l.Elements * Values.Bytes(l.Pointer.Element))];
        if (kernel.Locals.All(l => l.Rows is not null && l.Rows.Equals(kernel.Locals[0].Rows))) PrintRowLocals(kernel.Locals[0].Rows!, bytes);
        else PrintLocals([.. bytes.Select(Apart)], "");
    }

    /// <summary>
    /// An odd number of lines: places that are multiples of 4 KB apart are one to a processor that looks for the store a load has to
    /// wait for.
    /// </summary>
    private static long Apart(long bytes) => ((bytes + 63) / 64 | 1) * 64;

    private void PrintRowLocals(RowCount rows, long[] bytes)
    {
        long[] own = [.. bytes.Select(b => b / rows.Item)];

        // The least number of rows that fills whole lines in all arrays.
        long step = 1;
        while (own.Any(b => b * step % 64 != 0)) step *= 2;
        string count = Take("rows"), left = $"nint.Min({rows.Item}, {Values.Of(rows.All).At(Precedence.Additive)} - item * {rows.Item})";
        Body.Line($"nint {count} = {(step == 1 ? left : $"({left} + {step - 1}) & -{step}")};");
        PrintLocals(own, $" * (int){count}");
    }

    /// <param name="times">What the sizes are multiplied by.</param>
    private void PrintLocals(long[] bytes, string times)
    {
        Body.Line($"byte* local = stackalloc byte[{(times.Length == 0 ? $"{bytes.Sum() + 63}" : $"{bytes.Sum()}{times} + 63")}];");
        Body.Line("local = (byte*)(((nuint)local + 63) & ~(nuint)63);");
        long at = 0;
        Body.Declare(kernel.Locals.Select((array, i) =>
        {
            string type = Values.TypeName(array.Pointer.Element), from = at == 0 ? "local" : $"(local + {at}{times})";
            at += bytes[i];
            return ($"{type}*", NameOf(array.Pointer), $"({type}*){from}{(array.ItemElements == 0 ? "" : $" - item * {array.ItemElements}")}");
        }));
    }

    private void PrintRows(RowsStatement rows)
    {
        bool isPlain = rows.Axes.Length == 1;
        if (rows.Lanes is null && IsItem(rows))
        {
            if (isPlain) Body.Line($"nint {NameOf(rows.Axes[0].Counter)} = item;");
            else PrintIndices(rows.Axes, "item");
            Print(rows.Body);
            return;
        }

        string row = isPlain ? NameOf(rows.Axes[0].Counter) : "row";
        string first = rows.Grain == 1 ? "item" : $"item * {rows.Grain}", last = rows.Grain == 1 ? "item + 1" : $"(item + 1) * {rows.Grain}";
        string end = End($"nint.Min({last}, {Values.Of(rows.Rows)})");
        if (rows.Lanes is { } lanes && dialect?.Has(lanes) == true)
        {
            // Items are whole vectors, the last one too if all rows are.
            bool isWhole = rows.Rows.TryGetConstant(out long all) && all % dialect.Width == 0 && rows.Grain % dialect.Width == 0;
            Lanes(lanes).Print(rows.Axes[0].Counter, first, CSharp.Name(end), isWhole ? all : null, rows.Body);
            return;
        }

        if (!isPlain) PrintIndices(rows.Axes, first);
        Body.Block($"for (nint {row} = {first}; {row} < {end}; {row}++)", () =>
        {
            Print(rows.Body);
            if (!isPlain) PrintNext(rows.Axes);
        });
    }

    /// <summary>The indices of the next row: counting costs less than dividing.</summary>
    private void PrintNext(ImmutableArray<(Variable Counter, Semantics.Dim Size)> axes)
    {
        (Variable last, Semantics.Dim size) = axes[^1];
        if (axes.Length == 1)
        {
            Body.Line($"{NameOf(last)}++;");
            return;
        }

        ImmutableArray<(Variable Counter, Semantics.Dim Size)> others = axes.RemoveAt(axes.Length - 1);
        if (size.Equals((Semantics.Dim)1))
        {
            PrintNext(others);
            return;
        }

        Body.Block($"if (++{NameOf(last)} == {Values.Of(size).At(Precedence.Relational)})", () =>
        {
            Body.Line($"{NameOf(last)} = 0;");
            PrintNext(others);
        });
    }

    /// <summary>Each item of the kernel is one of the rows.</summary>
    private bool IsItem(RowsStatement rows) =>
        rows.Grain == 1 && kernel.Items is { } items && rows.Rows.Equals(items.Grain == 1 ? items.Rows : Semantics.Dim.Ceil(items.Rows, items.Grain));

    /// <summary>The variable that holds the end of the item's rows.</summary>
    private string End(string value)
    {
        if (ends.TryGetValue(value, out string known)) return known;
        Body.Line($"nint {ends[value] = Take("end")} = {value};");
        return ends[value];
    }
}
