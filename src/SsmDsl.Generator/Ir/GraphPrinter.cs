using System.Text;
using SsmDsl.Semantics;
using SsmDsl.Semantics.Printing;

namespace SsmDsl.Ir;

/// <summary>Writes a graph program as text, one line an equation, for snapshot pages and for people.</summary>
public sealed class GraphPrinter
{
    private readonly DistinctNames tensors = new();
    private DistinctNames indices = new();
    private readonly StringBuilder text = new();

    private GraphPrinter()
    {
    }

    public static string Print(GraphProgram program)
    {
        var printer = new GraphPrinter();
        printer.Line(0, $"program {program.Name}({string.Join(", ", program.Dynamic)})");
        foreach (Port port in program.Inputs) printer.Line(1, $"in  {printer.Text(port)}");
        printer.Nodes(program.Body, 1);
        foreach (Port port in program.Outputs) printer.Line(1, $"out {printer.Text(port)}");
        return printer.text.ToString();
    }

    private void Nodes(IEnumerable<Node> nodes, int depth)
    {
        DistinctNames outside = indices;
        foreach (Node node in nodes)
        {
            indices = new DistinctNames(outside);
            if (node is Equation equation)
            {
                Line(depth, Text(equation));
                continue;
            }

            var recurrence = (Recurrence)node;
            string word = recurrence.Kind == RecurrenceKind.Copies ? "copies" : "recur";
            Line(depth, $"{word} {Name(recurrence.Step)} < {recurrence.Step.Size}{(recurrence.Reversed ? " descending" : "")}");
            Nodes(recurrence.Members, depth + 1);
        }

        indices = outside;
    }

    private string Text(Equation e)
    {
        string reduction = e.Reduction is not { } r ? ""
            : $"{r.Kind.ToString().ToLowerInvariant()}[{Ranges(r.Axes)}{(r.Condition is null ? "" : " | " + Of(r.Condition).Text)}] ";
        string body = Of(e.Body).In(e.Reduction is null ? Binding.Conditional : Binding.Product);
        string guard = e.Guard is null ? "" : $"   where {Of(e.Guard).Text}";
        string axes = e.Axes.IsEmpty ? "" : $"   for {Ranges(e.Axes)}";
        return $"{Name(e.Target)}{Brackets(e.Left)} {(e.Accumulate ? "+=" : "=")} {reduction}{body}{guard}{axes}";
    }

    private string Text(Port port)
    {
        string axes = string.Join(", ", port.Tensor.Axes.Select(a => a.Size));
        return $"{port.Kind} {port.Name}: {Name(port.Tensor)} {port.Tensor.Element.ToString().ToLowerInvariant()}[{axes}]";
    }

    private string Ranges(IEnumerable<IndexVar> axes) => string.Join(", ", axes.Select(a => $"{Name(a)} < {a.Size}"));

    private string Brackets(IEnumerable<Index> indices)
    {
        string inside = string.Join(", ", indices.Select(i => Of(i).Text));
        return inside.Length == 0 ? "" : $"[{inside}]";
    }

    private Formula Of(Index index)
    {
        Formula? sum = null;
        foreach (IndexTerm term in index.Terms)
        {
            bool isMinus = sum is not null && term.Coefficient < 0;
            long factor = isMinus ? -term.Coefficient : term.Coefficient;
            Formula atom = Of(term.Atom);
            Formula product = factor == 1 ? atom : Formula.Infix(Formula.Number(factor), "*", atom, Binding.Product);
            sum = sum is null ? product : Formula.Infix(sum, isMinus ? " - " : " + ", product, Binding.Sum);
        }

        if (sum is null) return Formula.Of(index.Constant);
        return !index.Constant.TryGetConstant(out long constant) ? Formula.Infix(sum, " + ", Formula.Of(index.Constant), Binding.Sum)
            : constant == 0 ? sum
            : Formula.Infix(sum, constant < 0 ? " - " : " + ", Formula.Number(Math.Abs(constant)), Binding.Sum);
    }

    private Formula Of(IndexAtom atom) => atom switch
    {
        VariableAtom v => Formula.Name(Name(v.Variable)),
        DivAtom d => Formula.Infix(Of(d.Dividend), " div ", Formula.Number(d.Divisor), Binding.Product),
        ModAtom m => Formula.Infix(Of(m.Dividend), " mod ", Formula.Number(m.Divisor), Binding.Product),
        _ => Of(((LookupAtom)atom).Value),
    };

    private Formula Of(Scalar scalar) => scalar switch
    {
        ConstantScalar { Type: ElementType.Bool } c => Formula.Truth(c.Real != 0),
        ConstantScalar c => Formula.Number(c.Real, c.Imaginary),
        IndexScalar i => Of(i.Value),
        RunScalar r => Formula.Name(r.Value.ToString().ToLowerInvariant()),
        LoadScalar l => Formula.Name(Name(l.Tensor) + Brackets(l.Indices)),
        SelectScalar s => Formula.Conditional(Of(s.Condition), Of(s.Then), Of(s.Else)),
        ApplyScalar a => OperationFormula.Of(a.Op, [.. a.Arguments.Select(Of)]),
        DrawScalar d => Formula.Name($"{d.Kind} \"{d.Path}\"[{string.Join(", ", d.Indices.Select(i => Of(i.Value).Text))}]"),
        _ => throw new NotSupportedException(scalar.GetType().Name),
    };

    private string Name(Tensor tensor) => tensors.Of(tensor, tensor.Name);

    private string Name(IndexVar variable) => indices.Of(variable, variable.Name);

    private void Line(int depth, string line) => text.Append(' ', 2 * depth).Append(line).Append('\n');
}
