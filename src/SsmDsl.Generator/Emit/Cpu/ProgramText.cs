using SsmDsl.Ir;
using SsmDsl.Lowering;
using SsmDsl.Semantics;

namespace SsmDsl.Emit;

/// <summary>Prints a lowered program as a class derived from KernelProgram.</summary>
internal sealed class ProgramText(LoweredProgram program, string className, RealType real, CpuOptions options)
{
    private const string Programs = "global::SsmDsl.Programs.";
    private readonly ContextNames context = new(program, real);
    private readonly TextBlock code = new();
    private Storage[] Buffers => [.. program.Storages.Where(s => s.Slot is null)];

    public string Print()
    {
        code.Block($"internal sealed unsafe class {className} : {Programs}KernelProgram", () =>
        {
            // What a program compares, declares or never reaches is what its text says.
            code.Line("#pragma warning disable CS0162, CS0168, CS0219, CS1718");
            if (program.Kernels.Any(k => Dialects(k).Count() > 1)) code.Line($"private static readonly int width = {LaneDialect.Functions}Width;");
            PrintTables();
            code.Line();
            PrintSizes();
            code.Line();
            PrintRun();
            foreach (Kernel kernel in program.Kernels)
            {
                foreach (LaneDialect? dialect in Dialects(kernel))
                {
                    code.Line();
                    KernelText.Print(kernel, context, real, dialect, code);
                }
            }

            code.Line();
            code.Block("private struct Context", () =>
            {
                foreach ((string name, string type) in context.Declarations) code.Line($"public {type} {name};");
            });
        });
        return code.ToString();
    }

    /// <summary>
    /// The widest first. Vectors of 128 bits are there on every machine; without them, one element after the other is at last.
    /// </summary>
    private IEnumerable<LaneDialect?> Dialects(Kernel kernel)
    {
        LaneShape[] lanes = [.. LaneSchedule.LanesOf(kernel)];
        LaneDialect?[] wide = [.. options.Widths.OrderByDescending(w => w).Select(w => new LaneDialect(w, real)).Where(d => lanes.Any(d.Has))];
        return wide.Any(d => d!.Bits == 128) ? wide : [.. wide, null];
    }

    /// <summary>The widest form of a kernel that the machine has.</summary>
    private string Method(Kernel kernel) => string.Concat(Dialects(kernel).Select(d =>
        (d is null or { Bits: 128 } ? "" : $"width >= {d.Bits} ? ") + "&" + KernelText.MethodName(kernel, d?.Bits) + (d is null or { Bits: 128 } ? "" : " : ")));

    private void PrintTables()
    {
        var first = program.Storages.Where(s => s.Slot is not null).ToDictionary(s => s.Tensor, s => s.FirstUse);
        Table("Slot", "Slots", PortNumbers.Of(program.Graph).Select(p =>
            $"({Programs}SlotGroup.{p.Port.Kind}, {p.Number}, {Programs}ElementKind.{Kind(p.Port.Tensor.Element)}, {first[p.Port.Tensor]})"));
        Table("ArenaBuffer", "Buffers", Buffers.Select(b =>
            $"({Quote(b.Tensor.Name)}, {b.FirstUse}, {b.LastUse}{(b.Tensor.Element == ElementType.Real ? $", {Programs}ElementKind.{real}" : "")})"));
        Table("CheckInfo", "Checks", program.Checks.Select(c =>
            $"({Quote(c.Index)}, {(c.Indexed is null ? "null" : Quote(c.Indexed))}, {Quote(c.Size)})"));
    }

    private void Table(string type, string property, IEnumerable<string> rows)
    {
        string name = property.ToLowerInvariant();
        code.Block($"private static readonly {Programs}{type}[] {name} =", () => code.Lines(rows.Select(r => $"new{r},")), "};");
        code.Line();
        code.Line($"public override global::System.ReadOnlySpan<{Programs}{type}> {property} => {name};");
        code.Line();
    }

    private void PrintSizes() =>
        code.Block("public override void BufferSizes(global::System.ReadOnlySpan<nint> dims, global::System.Span<nint> bytes)", () =>
            code.Block("unchecked", () =>
            {
                HashSet<DimSymbol> used = [.. Buffers.SelectMany(b => b.Elements.Symbols)];
                for (int i = 0; i < program.Graph.Dynamic.Length; i++)
                    if (used.Contains(program.Graph.Dynamic[i])) code.Line($"nint {context.Of(program.Graph.Dynamic[i])} = dims[{i}];");
                for (int i = 0; i < Buffers.Length; i++)
                {
                    CSharp elements = DimText.Of(Buffers[i].Elements, context.Of);
                    string size = Buffers[i].Tensor.Element == ElementType.Bool ? elements.Text : $"{elements.At(Precedence.Multiplicative)} * {Bytes(Buffers[i].Tensor)}";
                    code.Line($"bytes[{i}] = {size};");
                }
            }));

    private void PrintRun() =>
        code.Block($"public override void Run(in {Programs}ProgramRun run)", () =>
            code.Block("unchecked", () =>
            {
                for (int i = 0; i < program.Graph.Dynamic.Length; i++)
                    code.Line($"nint {context.Of(program.Graph.Dynamic[i])} = run.Dims[{i}];");
                code.Line($"{Programs}WorkPool pool = run.Pool;");
                code.Line("Context context = default;");
                foreach (DimSymbol symbol in program.Graph.Dynamic) code.Line($"context.{context.Of(symbol)} = {context.Of(symbol)};");
                int buffer = 0;
                foreach (Storage storage in program.Storages)
                {
                    string field = context.Of(storage.Tensor);
                    string source = storage.Slot is { } slot ? $"run.Slots[{slot}]" : $"run.Buffers[{buffer++}]";
                    code.Line($"context.{field} = ({context.TypeOf(field)}){source};");
                }

                code.Line("context.training = run.Training;");
                code.Line("context.start = run.Start;");
                code.Line("context.offset = run.Offset;");
                code.Line("context.key = run.RandomKey;");
                code.Line("context.faults = run.Faults;");
                foreach (ProgramStep step in program.Steps) Print(step);
            }));

    private void Print(ProgramStep step)
    {
        switch (step)
        {
            case ZeroStep zero:
                Storage storage = program.Storages.First(s => s.Tensor == zero.Tensor);
                CSharp elements = DimText.Of(storage.Elements, context.Of);
                code.Line($"global::System.Runtime.InteropServices.NativeMemory.Clear(context.{context.Of(zero.Tensor)}, {CSharp.Cast("nuint", elements)} * {Bytes(zero.Tensor)});");
                break;
            case KernelStep { Kernel: { Items: { } rows } kernel }:
                CSharp count = DimText.Of(rows.Rows, context.Of);
                string items = rows.Grain == 1 ? count.Text : $"({count.At(Precedence.Additive)} + {rows.Grain - 1}) / {rows.Grain}";
                code.Line($"pool.For({items}, {Method(kernel)}, &context);");
                break;
            case KernelStep { Kernel: var kernel }:
                code.Line($"pool.For(1, {Method(kernel)}, &context);");
                break;
            case CopiesStep copies:
                string counter = context.Of(copies.Step);
                string size = DimText.Of(copies.Step.Size, context.Of).At(Precedence.Additive);
                code.Block(
                    copies.Reversed
                        ? $"for (nint {counter} = {size} - 1; {counter} >= 0; {counter}--)"
                        : $"for (nint {counter} = 0; {counter} < {size}; {counter}++)",
                    () =>
                    {
                        code.Line($"context.{counter} = {counter};");
                        foreach (ProgramStep inner in copies.Body) Print(inner);
                    });
                break;
        }
    }

    private string Kind(ElementType type) => type switch
    {
        ElementType.Int => "Int32",
        ElementType.Bool => "Bool",
        _ => real.ToString(),
    };

    private int Bytes(Tensor tensor) => tensor.Element switch
    {
        ElementType.Bool => 1,
        ElementType.Int => 4,
        _ => real == RealType.Float32 ? 4 : 8,
    };

    private static string Quote(string text) =>
        "\"" + string.Concat(text.Select(c => c is '"' or '\\' ? "\\" + c : char.IsControl(c) ? $"\\u{(int)c:x4}" : c.ToString())) + "\"";
}
