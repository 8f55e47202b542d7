using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Lowering;
using SsmDsl.Semantics;

namespace SsmDsl.Emit;

/// <summary>Prints a lowered program as a class.</summary>
/// <param name="kernels">Puts a kernel into the class of kernels.</param>
internal sealed class ProgramText(
    LoweredProgram program, string className, RealType real, ProgramDialect dialect, Func<Kernel, LibraryKernel> kernels)
{
    private readonly RunNames names = new(program);
    private readonly TextBlock code = new();
    private readonly Dictionary<Kernel, LibraryKernel> calls = program.Kernels.ToDictionary(k => k, kernels);

    private readonly List<(string Name, SequencesStep Step, ImmutableArray<IndexVar> Copies)> parts = [];

    // Steps of the loops over copies around what is printed.
    private readonly List<IndexVar> around = [];
    private bool isPart;

    private readonly HashSet<Tensor> own = [.. program.Storages.Where(s => s.Part > 0).Select(s => s.Tensor)];

    private ImmutableArray<Storage> Buffers { get; } = [.. program.Storages.Where(s => s.Slot is null)];

    public string Print()
    {
        code.Block($"sealed unsafe class {className} : {dialect.Base}", () =>
        {
            PrintTables();
            PrintSizes();
            PrintParts();
            code.Line();
            PrintRun();
        });
        return code.ToString();
    }

    private void PrintTables()
    {
        var first = program.Storages.Where(s => s.Slot is not null).ToDictionary(s => s.Tensor, s => s.FirstUse);
        Table("Slot", "Slots", PortNumbers.Of(program.Graph).Select(p =>
            $"(SlotGroup.{p.Port.Kind}, {p.Number}, ElementKind.{Kind(p.Port.Tensor.Element)}, {first[p.Port.Tensor]})"));
        Table("ArenaBuffer", "Buffers", Buffers.Select(b =>
            $"({Quote(b.Tensor.Name)}, {b.FirstUse}, {b.LastUse}{(b.Tensor.Element == ElementType.Real ? $", ElementKind.{real}" : "")}{(b.IsPrepared ? ", IsPrepared: true" : "")}{(b.Part > 0 ? $", Part: {b.Part}" : "")})"));
        Table("CheckInfo", "Checks", program.Checks.Select(c =>
            $"({Quote(c.Index)}, {(c.Indexed is null ? "null" : Quote(c.Indexed))}, {Quote(c.Size)})"));
    }

    private void Table(string type, string property, IEnumerable<string> rows)
    {
        string name = property.ToLowerInvariant();
        code.Block($"private static readonly {type}[] {name} =", () => code.Lines(rows.Select(r => $"new{r},")), "};");
        code.Line();
        code.Line($"public override global::System.ReadOnlySpan<{type}> {property} => {name};");
        code.Line();
    }

    private void PrintSizes() =>
        code.Unchecked("public override void BufferSizes(global::System.ReadOnlySpan<nint> dims, global::System.Span<nint> bytes)", () =>
        {
            HashSet<DimSymbol> used = [.. Buffers.SelectMany(b => b.Elements.Symbols)];
            foreach (DerivedSize size in program.Sizes.Reverse().Where(s => used.Contains(s.Symbol))) used.UnionWith(size.Value.Symbols);
            PrintSizes("dims", used.Contains);
            for (int i = 0; i < Buffers.Length; i++)
            {
                CSharp elements = Size(Buffers[i].Elements);
                string size = Buffers[i].Tensor.Element == ElementType.Bool ? elements.Text : $"{elements.At(Precedence.Multiplicative)} * {Bytes(Buffers[i].Tensor)}";
                code.Line($"bytes[{i}] = {size};");
            }
        });

    private void PrintParts()
    {
        SequencesStep[] all = [.. program.Steps.OfType<SequencesStep>()];
        if (own.Count == 0) return;
        code.Line();
        code.Line($"public override int SequenceParts => {all.Length};");
        code.Line();
        code.Unchecked("public override void SequenceSizes(global::System.ReadOnlySpan<nint> dims, global::System.Span<(nint Length, nint Group)> parts)", () =>
        {
            PrintSizes("dims", _ => true);
            for (int i = 0; i < all.Length; i++) code.Line($"parts[{i}] = ({names.Of(all[i].Length)}, {Group(all[i])});");
        });
    }

    private string Group(SequencesStep step) => step.Group is { } group ? Size(group).Text : "1";

    private void PrintSizes(string from, Func<DimSymbol, bool> isUsed)
    {
        for (int i = 0; i < program.Graph.Dynamic.Length; i++)
            if (isUsed(program.Graph.Dynamic[i])) code.Line($"nint {names.Of(program.Graph.Dynamic[i])} = {from}[{i}];");
        foreach (DerivedSize size in program.Sizes.Where(s => isUsed(s.Symbol))) code.Line($"nint {names.Of(size.Symbol)} = {Size(size.Value).Text};");
    }

    private void PrintRun()
    {
        code.Unchecked(dialect.Run, () =>
        {
            PrintSizes("run.Dims", _ => true);
            PrintMemory(program.Preparing.Concat(program.Steps.Where(s => s is not SequencesStep)));
            if (!program.Preparing.IsEmpty)
            {
                code.Block("if (run.Prepares)", () =>
                {
                    foreach (ProgramStep step in program.Preparing) Print(step);
                    code.Line("return;");
                });
            }

            int depth = Depth(program.Steps);
            if (depth > 0) code.Line($"nint* copies = stackalloc nint[{depth}];");
            foreach (ProgramStep step in program.Steps) Print(step);
        });

        foreach ((string name, SequencesStep part, ImmutableArray<IndexVar> copies) in parts)
        {
            code.Line();
            code.Unchecked($"private static void {name}(in ProgramRun run, nint first, nint count, nint* copies)", () =>
            {
                PrintSizes("run.Dims", _ => true);
                for (int i = 0; i < copies.Length; i++) code.Line($"nint {names.Of(copies[i])} = copies[{i}];");
                PrintMemory([part]);
                isPart = true;
                foreach (ProgramStep step in part.Body) Print(step);
                isPart = false;
            });
        }
    }

    /// <summary>How many loops over copies stand around steps of sequences.</summary>
    private static int Depth(IEnumerable<ProgramStep> steps) =>
        steps.OfType<CopiesStep>().Where(c => c.Body.Any(s => s is SequencesStep) || Depth(c.Body) > 0).Select(c => 1 + Depth(c.Body)).DefaultIfEmpty().Max();

    private void PrintMemory(IEnumerable<ProgramStep> steps)
    {
        HashSet<Tensor> used = [.. steps.SelectMany(Storages.Tensors)];
        code.Declare(program.Storages.Where(s => used.Contains(s.Tensor)).Select(storage =>
        {
            string type = ValueText.ElementName(storage.Tensor.Element, real) + "*";
            string source = storage.Slot is { } slot ? $"run.Slots[{slot}]" : $"run.Buffers[{Buffers.IndexOf(storage)}]";
            return (type, names.Of(storage.Tensor), $"({type}){source}");
        }));
    }

    private void Print(ProgramStep step)
    {
        switch (step)
        {
            case ZeroStep zero:
                Storage storage = program.Storages.First(s => s.Tensor == zero.Tensor);
                string elements = isPart ? $"(nuint)(count * {Size(SequenceScope.Stride(zero.Tensor)).At(Precedence.Unary)})" : CSharp.Cast(dialect.Size, Size(storage.Elements)).Text;
                code.Line($"{dialect.Clear}({names.Of(zero.Tensor)}{(isPart ? First(zero.Tensor) : "")}, {elements} * {Bytes(zero.Tensor)});");
                break;
            case KernelStep { Kernel: var kernel }:
                LibraryKernel called = calls[kernel];
                code.Line($"{dialect.Kernels}.{called.Name}({string.Join(", ", called.Parameters.Select(p => Argument(p, kernel)).Prepend(dialect.Start))});");
                break;
            case PartialProductStep product:
                foreach (string line in PartialProductText.Of(product, names, real, isPart, own)) code.Line(line);
                break;
            case SequencesStep sequences:
                parts.Add(($"Sequences{parts.Count + 1}", sequences, [.. around]));
                code.Line($"run.ForSequences({names.Of(sequences.Length)}, {Group(sequences)}, &{parts[^1].Name}, {(around.Count == 0 ? "null" : "copies")});");
                break;
            case CopiesStep copies:
                string counter = names.Of(copies.Step), size = Size(copies.Step.Size).At(Precedence.Additive);
                code.Block(
                    copies.Reversed
                        ? $"for (nint {counter} = {size} - 1; {counter} >= 0; {counter}--)"
                        : $"for (nint {counter} = 0; {counter} < {size}; {counter}++)",
                    () =>
                    {
                        if (Depth([copies]) > 0) code.Line($"copies[{around.Count}] = {counter};");
                        around.Add(copies.Step);
                        foreach (ProgramStep inner in copies.Body) Print(inner);
                        around.RemoveAt(around.Count - 1);
                    });
                break;
        }
    }

    private string Argument(KernelArgument parameter, Kernel kernel)
    {
        switch (parameter)
        {
            case MemoryArgument m:
                Tensor tensor = m.Tensor.Tensor;
                string memory = names.Of(tensor);
                var places = new ValueText(ScalarDialect.Cpu, real, v => names.Of(kernel.Copies.First(c => c.Counter == v).Step), s => SizeIn(tensor, s), _ => "");
                CSharp start = places.Of(m.Tensor.Start);
                string place = start.Text == "0" ? memory : $"{memory} + {start.At(Precedence.Multiplicative)}";
                return isPart ? place + First(tensor) : place;
            case CopyArgument c:
                return names.Of(c.Step);
            case SizeArgument s:
                return isPart && s.Symbol.Equals(DimSymbol.Batch) ? "count" : names.Of(s.Symbol);
            case CheckArgument c:
                return c.Check.ToString(System.Globalization.CultureInfo.InvariantCulture);
            default:
                throw new NotSupportedException(parameter.GetType().Name);
        }
    }

    /// <summary>How far into a tensor of all sequences the first of a part is.</summary>
    private string First(Tensor tensor) =>
        SequenceScope.BatchAxis(tensor) < 0 || own.Contains(tensor) ? "" : $" + first * {Size(SequenceScope.Stride(tensor)).At(Precedence.Unary)}";

    /// <summary>A size in places of a tensor: one of a part's own has so many sequences as the part runs for.</summary>
    private string SizeIn(Tensor tensor, DimSymbol symbol) => symbol.Equals(DimSymbol.Batch) && own.Contains(tensor) ? "count" : names.Of(symbol);

    private CSharp Size(Dim dim) => DimText.Of(dim, names.Of);

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

    /// <summary>A literal.</summary>
    public static string Quote(string text) =>
        "\"" + string.Concat(text.Select(c => c is '"' or '\\' ? "\\" + c : char.IsControl(c) ? $"\\u{(int)c:x4}" : c.ToString())) + "\"";
}
