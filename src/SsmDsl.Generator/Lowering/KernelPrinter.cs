using System.Collections.Immutable;
using System.Text;
using SsmDsl.Semantics;
using SsmDsl.Semantics.Printing;

namespace SsmDsl.Lowering;

/// <summary>Writes a lowered program as text, one line a statement, for snapshot pages and for people.</summary>
public sealed class KernelPrinter
{
    private readonly StringBuilder text = new();
    private readonly DistinctNames tensors;
    private readonly KernelFormula formulas = new(new DistinctNames());

    private KernelPrinter(DistinctNames tensors) => this.tensors = tensors;

    public static string Print(LoweredProgram program)
    {
        var printer = new KernelPrinter(new DistinctNames());
        printer.Line(0, $"program {program.Graph.Name}");
        foreach (DerivedSize size in program.Sizes) printer.Line(1, $"size {size.Symbol} = {size.Value}");
        foreach (Storage storage in program.Storages) printer.Line(1, printer.Text(storage));
        if (!program.Preparing.IsEmpty)
        {
            printer.Line(1, "when parameters have changed");
            printer.Steps(program.Preparing, 2);
        }

        printer.Steps(program.Steps, 1);
        for (int i = 0; i < program.Checks.Length; i++)
            printer.Line(1, $"check {i + 1}: {program.Checks[i].Index} into {program.Checks[i].Indexed ?? "nothing"} of {program.Checks[i].Size}");
        return printer.text + string.Concat(program.Kernels.Select(k => new KernelPrinter(printer.tensors).Text(k)));
    }

    private string Text(Storage storage)
    {
        string name = $"{tensors.Of(storage.Tensor, storage.Tensor.Name)}: {storage.Elements} {Word(storage.Tensor.Element)}";
        return storage.Slot is { } slot ? $"slot {slot} {name}" : storage.IsPrepared ? $"prepared {name}" : $"buffer {name}, steps {storage.FirstUse} to {storage.LastUse}{(storage.Part > 0 ? $", in part {storage.Part}" : "")}";
    }

    private void Steps(IEnumerable<ProgramStep> steps, int depth)
    {
        foreach (ProgramStep step in steps)
        {
            switch (step)
            {
                case ZeroStep zero:
                    Line(depth, $"clear {tensors.Of(zero.Tensor, zero.Tensor.Name)}");
                    break;
                case KernelStep run:
                    Line(depth, $"run {run.Kernel.Name}");
                    break;
                case PartialProductStep product:
                    Line(depth, $"add products of each sequence to {tensors.Of(product.Target.Tensor, product.Target.Tensor.Name)}");
                    break;
                case SequencesStep sequences:
                    Line(depth, sequences.Group is { } group ? $"for each sequence, {group} to a group" : "for each sequence");
                    Steps(sequences.Body, depth + 1);
                    break;
                case CopiesStep copies:
                    Line(depth, $"for {tensors.Of(copies.Step, copies.Step.Name)} < {copies.Step.Size}{(copies.Reversed ? " descending" : "")}");
                    Steps(copies.Body, depth + 1);
                    break;
                default:
                    throw new NotSupportedException(step.GetType().Name);
            }
        }
    }

    private string Text(Kernel kernel)
    {
        string[] pointers = [.. kernel.Tensors.Select(t => Argument(t.Pointer, tensors.Of(t.Tensor, t.Tensor.Name)))];
        string[] copies = [.. kernel.Copies.Select(c => Argument(c.Counter, tensors.Of(c.Step, c.Step.Name)))];
        Line(0, "");
        Line(0, $"kernel {kernel.Name}({string.Join(", ", pointers.Concat(copies))}){(kernel.InWarps ? " in warps" : "")}");
        foreach (LocalArray local in kernel.Locals) Line(1, $"{(local.IsShared ? "shared" : "local")} {formulas.NameOf(local.Pointer)}[{local.Elements}]");
        Statements(kernel.Body, 1);
        return text.ToString();
    }

    private string Argument(Variable variable, string value) => formulas.NameOf(variable) is var name && name == value ? name : $"{name} = {value}";

    private void Statements(ImmutableArray<Statement> statements, int depth)
    {
        foreach (Statement statement in statements) Print(statement, depth);
    }

    private void Print(Statement statement, int depth)
    {
        switch (statement)
        {
            case BranchStatement branch:
                Line(depth, $"if {formulas.Of(branch.Condition).Text}");
                Statements(branch.Then, depth + 1);
                if (branch.Else.IsEmpty) return;
                Line(depth, "else");
                Statements(branch.Else, depth + 1);
                return;
            case LoopStatement loop:
                Line(depth, $"for {formulas.NameOf(loop.Counter)} < {loop.Size}{Descending(loop.Reversed)}{Order(loop.Order)}{Lanes(loop.Lanes)}");
                Statements(loop.Body, depth + 1);
                return;
            case ChunkLoopStatement chunk:
                Line(depth, $"for {formulas.NameOf(chunk.Counter)} from {formulas.Of(chunk.First).Text}, {chunk.Length} steps, below {chunk.End}{Descending(chunk.Reversed)}");
                Statements(chunk.Body, depth + 1);
                return;
            case RowsStatement rows:
                Line(depth, $"rows {Axes(rows.Axes)} in items of {rows.Grain}{Lanes(rows.Lanes)}");
                Statements(rows.Body, depth + 1);
                return;
            case TileStatement tile:
                Line(depth, $"elements {formulas.NameOf(tile.Element)} of the tile: {Axes(tile.RowAxes)} by {Axes(tile.ColumnAxes)}");
                Statements(tile.Body, depth + 1);
                return;
            case OnceStatement once:
                Line(depth, "once");
                Statements(once.Body, depth + 1);
                return;
            default:
                Line(depth, Simple(statement));
                return;
        }
    }

    private string Simple(Statement statement) => statement switch
    {
        CommentStatement c => "// " + c.Text.Replace("\r", "").Replace("\n", " "),
        LetStatement l => $"let {formulas.NameOf(l.Variable)} = {formulas.Of(l.Value).Text}",
        LetPlaceStatement l => $"let {formulas.NameOf(l.Variable)} = {formulas.Of(l.Source).Text}",
        LetPointerStatement l => $"let {formulas.NameOf(l.Variable)} = {formulas.NameOf(l.Base)} + {formulas.Of(l.Offset).Text}",
        DeclareStatement d => $"var {formulas.NameOf(d.Variable)}",
        AssignStatement a => $"{formulas.NameOf(a.Variable)} = {formulas.Of(a.Value).Text}",
        StoreStatement s => $"{formulas.Element(s.Pointer, s.Offset).Text} = {formulas.Of(s.Value).Text}",
        CheckStatement c => $"check {c.Check}: 0 <= {formulas.NameOf(c.Checked)} < {c.Extent} at {formulas.Of(c.Position).Text}",
        FaultStatement f => $"fail {f.Check} at {formulas.Of(f.Position).Text}",
        ClearStatement c => $"clear {formulas.NameOf(c.Pointer)}[{c.Elements}]",
        BarrierStatement => "barrier",
        ProductStatement p => $"{Text(p.Target)} {(p.Accumulate ? "+=" : "=")} {(p.Factor == 1 ? "" : Formula.Number(p.Factor).In(Binding.Product) + " * ")}"
            + $"{Text(p.Left)} * {Text(p.Right)}   rows {Text(p.Rows)}, columns {Text(p.Columns)}, depth {p.Depth}",
        _ => throw new NotSupportedException(statement.GetType().Name),
    };

    private string Axes(ImmutableArray<(Variable Counter, Dim Size)> axes) => string.Join(", ", axes.Select(a => $"{formulas.NameOf(a.Counter)} < {a.Size}"));

    private string Text(MatrixPlace m) => $"{(m.IsPanels ? "panels" : "matrix")}({formulas.Element(m.Pointer, m.Start).Text}, strides {m.RowStride}, {m.ColumnStride})";

    private string Text(Cut c) => $"{c.Size}{(c.Tile == 0 ? "" : $" in {formulas.NameOf(c.Counter)} of {c.Tile}")}";

    private string Lanes(LaneShape? lanes) =>
        lanes is null ? "" : ", lanes" + string.Concat(lanes.Totals.Select(t => $" {t.Op.ToString().ToLowerInvariant()} {formulas.NameOf(t.Variable)}"));

    private static string Order(LoopOrder order) => order == LoopOrder.Sequential ? "" : $" {order.ToString().ToLowerInvariant()}";

    private static string Descending(bool reversed) => reversed ? " descending" : "";

    private static string Word(ElementType type) => type.ToString().ToLowerInvariant();

    private void Line(int depth, string line) => text.Append(' ', line.Length == 0 ? 0 : 2 * depth).Append(line).Append('\n');
}
