using System.Globalization;
using System.Text;
using SsmDsl.Semantics;

namespace SsmDsl.Ir;

/// <summary>Writes a graph program as text, one line an equation, for snapshot pages and for people.</summary>
public sealed class GraphPrinter
{
    private readonly Dictionary<object, string> names = [];
    private readonly Dictionary<string, int> used = [];
    private readonly StringBuilder text = new();

    private GraphPrinter()
    {
    }

    public static string Print(GraphProgram program)
    {
        var printer = new GraphPrinter();
        printer.Line(0, $"program {program.Name}({string.Join(", ", program.Dynamic)})");
        foreach (Port port in program.Inputs) printer.Line(1, $"in  {port.Kind} {port.Name}: {printer.Declaration(port.Tensor)}");
        printer.Nodes(program.Body, 1);
        foreach (Port port in program.Outputs) printer.Line(1, $"out {port.Kind} {port.Name}: {printer.Declaration(port.Tensor)}");
        return printer.text.ToString();
    }

    private void Nodes(IEnumerable<Node> nodes, int depth)
    {
        foreach (Node node in nodes)
        {
            if (node is Equation equation)
            {
                Line(depth, Text(equation));
                continue;
            }

            var recurrence = (Recurrence)node;
            string order = recurrence.Reversed ? "descending" : "ascending";
            Line(depth, $"{(recurrence.Kind == RecurrenceKind.Copies ? "copies" : "recur")} {Name(recurrence.Step)} < {recurrence.Step.Size} {order}");
            Nodes(recurrence.Members, depth + 1);
        }
    }

    private string Text(Equation e)
    {
        string axes = string.Join(", ", e.Axes.Select(a => $"{Name(a)} < {a.Size}"));
        string reduction = e.Reduction is not { } r ? ""
            : $"{r.Kind}[{string.Join(", ", r.Axes.Select(a => $"{Name(a)} < {a.Size}"))}{(r.Condition is null ? "" : " | " + Text(r.Condition))}] ";
        string guard = e.Guard is null ? "" : $" where {Text(e.Guard)}";
        return $"{Name(e.Target)}{Brackets(e.Left)} {(e.Accumulate ? "+=" : "=")} {reduction}{Text(e.Body)}{guard}   for {axes}";
    }

    private string Declaration(Tensor tensor) =>
        $"{Name(tensor)} {tensor.Element}[{string.Join(", ", tensor.Axes.Select(a => (a.Before > 0 ? $"{a.Before}+" : "") + a.Size + (a.After > 0 ? $"+{a.After}" : "")))}]";

    private string Brackets(IEnumerable<Index> indices) => $"[{string.Join(", ", indices.Select(Text))}]";

    private string Text(Index index)
    {
        string terms = string.Join(" + ", index.Terms.Select(t => (t.Coefficient == 1 ? "" : $"{t.Coefficient}*") + Text(t.Atom)));
        string constant = index.Constant.ToString()!;
        return terms.Length == 0 ? constant : constant == "0" ? terms : $"{terms} + {constant}";
    }

    private string Text(IndexAtom atom) => atom switch
    {
        VariableAtom v => Name(v.Variable),
        DivAtom d => $"({Text(d.Dividend)}) div {d.Divisor}",
        ModAtom m => $"({Text(m.Dividend)}) mod {m.Divisor}",
        _ => $"<{Text(((LookupAtom)atom).Value)}>",
    };

    private string Text(Scalar scalar) => scalar switch
    {
        ConstantScalar c => c.Type == ElementType.Bool ? c.Real != 0 ? "true" : "false" : Number(c.Real) + (c.Imaginary == 0 ? "" : $"+{Number(c.Imaginary)}i"),
        IndexScalar i => $"int({Text(i.Value)})",
        RunScalar r => r.Value.ToString(),
        LoadScalar l => Name(l.Tensor) + Brackets(l.Indices),
        SelectScalar s => $"if {Text(s.Condition)} then {Text(s.Then)} else {Text(s.Else)}",
        ApplyScalar a => $"{a.Op}({string.Join(", ", a.Arguments.Select(Text))})",
        DrawScalar d => $"{d.Kind} \"{d.Path}\"[{string.Join(", ", d.Indices.Select(i => Text(i.Value)))}]",
        _ => throw new InvalidOperationException(),
    };

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private string Name(Tensor tensor) => Name(tensor, tensor.Name);

    private string Name(IndexVar variable) => Name(variable, variable.Name);

    private string Name(object key, string wanted)
    {
        if (names.TryGetValue(key, out string? name)) return name;
        used.TryGetValue(wanted, out int count);
        used[wanted] = count + 1;
        return names[key] = count == 0 ? wanted : $"{wanted}.{count + 1}";
    }

    private void Line(int depth, string line) => text.Append(' ', 2 * depth).Append(line).Append('\n');
}
