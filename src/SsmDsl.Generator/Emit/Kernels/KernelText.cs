using System.Collections.Immutable;
using SsmDsl.Lowering;

namespace SsmDsl.Emit;

/// <summary>Prints the body of a kernel. What every kind of device says in the same way stands here.</summary>
internal abstract class KernelText
{
    private readonly Kernel kernel;
    private readonly NameScope scope;
    private readonly Dictionary<Variable, string> names = [];

    private readonly bool hasComments;

    /// <param name="hasComments">The equations stand above their code.</param>
    protected KernelText(Kernel kernel, KernelNames arguments, ScalarDialect dialect, bool hasComments = true)
    {
        (this.kernel, Arguments, Dialect, this.hasComments) = (kernel, arguments, dialect, hasComments);
        scope = new NameScope(arguments.Taken);
    }

    protected KernelNames Arguments { get; }

    protected ScalarDialect Dialect { get; }

    protected TextBlock Body { get; set; } = new();

    protected abstract ValueText Values { get; }

    /// <summary>The name of an argument that the kernel has.</summary>
    protected string Argument(object key) => Arguments.Find(key) ?? throw new InvalidOperationException($"kernel {kernel.Name} has no argument {key}");

    protected string NameOf(Variable variable)
    {
        if (!names.TryGetValue(variable, out string name)) names[variable] = name = Arguments.Find(variable) ?? scope.Take(variable.Hint);
        return name;
    }

    protected string Take(string hint) => scope.Take(hint);

    protected virtual void Print(IEnumerable<Statement> statements)
    {
        foreach (Statement statement in statements) Print(statement);
    }

    protected virtual void Print(Statement statement)
    {
        switch (statement)
        {
            case CommentStatement c:
                if (hasComments) Body.Lines(Comment(c.Text));
                break;
            case LetStatement l:
                Body.Line($"{Values.TypeName(l.Variable)} {NameOf(l.Variable)} = {Values.Of(l.Value)};");
                break;
            case LetPlaceStatement l:
                Body.Line($"{Dialect.Position} {NameOf(l.Variable)} = {Values.Of(l.Source)};");
                break;
            case AssignStatement a:
                Body.Line($"{NameOf(a.Variable)} = {Values.Of(a.Value)};");
                break;
            case StoreStatement s:
                Body.Line($"{Values.Element(s.Pointer, s.Offset)} = {Values.Of(s.Value)};");
                break;
            case BranchStatement b:
                Nested($"if ({Values.Of(b.Condition)})", b.Then);
                if (!b.Else.IsEmpty) Nested("else", b.Else);
                break;
            case CheckStatement c:
                string at = NameOf(c.Checked);
                Body.Block($"if (({Dialect.Unsigned}){at} >= {CSharp.Cast(Dialect.Unsigned, Values.Of(c.Extent))})", () =>
                {
                    Report(c.Check, c.Position, Dialect.Position == "int" ? at : $"(int){at}");
                    Body.Line($"{at} = 0;");
                });
                break;
            case FaultStatement f:
                Report(f.Check, f.Position, "0");
                break;
            case LoopStatement l:
                Nested(LoopHeader(l), l.Body);
                break;
            case ChunkLoopStatement l:
                PrintChunk(l);
                break;
            default:
                throw new NotSupportedException(statement.GetType().Name);
        }
    }

    private void Nested(string header, IReadOnlyList<Statement> statements) =>
        Body.Nested(header, statements is [StoreStatement or AssignStatement], () => Print(statements));

    protected string LoopHeader(LoopStatement loop)
    {
        string counter = NameOf(loop.Counter), size = Values.Of(loop.Size).At(Precedence.Additive);
        return loop.Reversed
            ? $"for ({Dialect.Position} {counter} = {size} - 1; {counter} >= 0; {counter}--)"
            : $"for ({Dialect.Position} {counter} = 0; {counter} < {size}; {counter}++)";
    }

    /// <summary>Records a failed check; <paramref name="value"/> is what was read.</summary>
    protected abstract void Report(int check, Place position, string value);

    /// <summary>The counters of a row's axes from its number.</summary>
    protected void PrintIndices(ImmutableArray<(Variable Counter, Semantics.Dim Size)> axes, string row)
    {
        Semantics.Dim inner = 1;
        for (int i = axes.Length - 1; i >= 0; i--)
        {
            (Variable counter, Semantics.Dim size) = axes[i];
            CSharp quotient = inner.Equals((Semantics.Dim)1)
                ? CSharp.Name(row)
                : CSharp.Binary(CSharp.Name(row), "/", Values.Of(inner), Precedence.Multiplicative);
            CSharp value = size.Equals((Semantics.Dim)1) ? CSharp.Number(0) : i == 0 ? quotient : CSharp.Binary(quotient, "%", Values.Of(size), Precedence.Multiplicative);
            Body.Line($"{Dialect.Position} {NameOf(counter)} = {value};");
            inner *= size;
        }
    }

    private void PrintChunk(ChunkLoopStatement loop)
    {
        string counter = NameOf(loop.Counter), first = Values.Of(loop.First).At(Precedence.Relational);
        string end = $"{Dialect.Position}.Min({Values.Of(loop.First.Plus(loop.Length))}, {Values.Of(loop.End)})";
        Body.Block(
            loop.Reversed
                ? $"for ({Dialect.Position} {counter} = {end} - 1; {counter} >= {first}; {counter}--)"
                : $"for ({Dialect.Position} {counter} = {first}; {counter} < {end}; {counter}++)",
            () => Print(loop.Body));
    }

    /// <summary>Comment lines; whatever a reader of C# takes for the end of a line ends one.</summary>
    public static IEnumerable<string> Comment(string text) =>
        text.Split('\n', '\r', '\u0085', '\u2028', '\u2029').Select(l => l.Trim()).Where(l => l.Length > 0).Select(l => "// " + l);
}
