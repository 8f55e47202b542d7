using System.Collections.Immutable;
using SsmDsl.Lowering;
using SsmDsl.Semantics;

namespace SsmDsl.Emit;

/// <summary>The kernels of a model's programs: those of equal text are one.</summary>
internal sealed class KernelLibrary(CpuOptions options)
{
    private const string Unnamed = KernelTexts.Unnamed;

    private readonly KernelTexts texts = new();
    private readonly Dictionary<string, (string Text, string[] Arguments)> printed = new(StringComparer.Ordinal);
    private bool hasWidths;

    public LibraryKernel Add(Kernel kernel, ImmutableArray<DimSymbol> dynamic, RealType real, FunctionClasses functions, bool inLanes)
    {
        var names = new KernelNames(kernel, dynamic, real);
        foreach (int check in kernel.Checks) names.Add(check);
        LaneDialect?[] dialects = [.. Dialects(kernel, real, functions, inLanes)];


        // What equations a kernel is made from stands in its first form. It says all that the others say: a kernel that is there
        // already need not be printed in them.
        CSharp items = kernel.Items is { } rows ? Items(rows, names) : CSharp.Number(1);
        string first = CpuKernelText.Of(kernel, names, real, functions, dialects[0], hasComments: true);
        string key = $"{names.Signature}\n{string.Join(" ", dialects.Select(Suffix))}\n{items}\n{first}";
        if (printed.TryGetValue(key, out (string Text, string[] Arguments) known))
        {
            names.Use(known.Arguments);
            return texts.Add(kernel.Name, names.Used, known.Text);
        }

        string[] bodies = [first, .. dialects.Skip(1).Select(d => CpuKernelText.Of(kernel, names, real, functions, d, hasComments: false))];
        KernelArgument[] arguments = [.. names.Used];
        hasWidths |= dialects.Length > 1;
        string text = Text(arguments, dialects, bodies, items, ValueText.RealName(real));
        printed[key] = (text, [.. arguments.Select(a => a.Name)]);
        return texts.Add(kernel.Name, arguments, text);
    }

    public string Print() => new TextBlock()
        .Block("static unsafe class Kernels", block =>
        {
            if (hasWidths) block.Line($"private static readonly int width = {LaneDialect.Memory}Width;");
            block.Line(texts.ToString());
        })
        .ToString();

    private static string Text(KernelArgument[] arguments, LaneDialect?[] dialects, string[] bodies, CSharp items, string real)
    {
        var text = new TextBlock();
        string[] parameters = ["in ProgramRun run", .. KernelTexts.ParametersOf(arguments).Select(a => $"{a.Type} {a.Name}")];
        text.Unchecked($"public static void {Unnamed}({string.Join(", ", parameters)})", () =>
        {
            IEnumerable<string> elements = arguments.Select(a => a.AsElement(a is RunArgument r ? r.Source : a.Name));
            foreach (RunArgument wide in arguments.OfType<RunArgument>().Where(a => a.Type == "ulong")) text.Line($"{wide.Type} {wide.Name} = {wide.Source};");
            text.Line($"void** args = stackalloc void*[] {{ {string.Join(", ", elements)} }};");
            string methods = string.Concat(dialects.Select(d => d == dialects[^1] ? Method(d) : $"width >= {d!.Bits} ? {Method(d)} : "));
            text.Line($"run.Pool.For({items}, {methods}, args);");
        });
        for (int i = 0; i < dialects.Length; i++) Form(text, dialects[i], arguments, bodies[i], real);
        return text.ToString();

        string Method(LaneDialect? dialect) => $"&{Unnamed}{Suffix(dialect)}";
    }

    private static void Form(TextBlock text, LaneDialect? dialect, KernelArgument[] arguments, string body, string real)
    {
        text.Line();
        text.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization), SkipLocalsInit]");
        text.Unchecked($"private static void {Unnamed}{Suffix(dialect)}(nint item, void* arguments)", () =>
        {
            var values = arguments.Select((a, i) => (a.Type, a.Name, Value: a.From(i, real))).ToArray();
            if (values.Any(v => v.Value.Contains("args"))) text.Line($"{real}** args = ({real}**)arguments;");
            if (values.Any(v => v.Value.Contains("numbers"))) text.Line("nint* numbers = (nint*)arguments;");
            text.Declare(values);
            text.Line(body);
        });
    }

    private static string Suffix(LaneDialect? dialect) => dialect is null ? "_1" : "_" + dialect.Bits;

    private static CSharp Items(RowsStatement rows, KernelNames names)
    {
        CSharp count = DimText.Of(rows.Rows, s => names.Find(s)!);
        if (rows.Grain == 1) return count;
        if (rows.Rows.TryGetConstant(out long known)) return CSharp.Number((known + rows.Grain - 1) / rows.Grain);
        return new CSharp($"({count.At(Precedence.Additive)} + {rows.Grain - 1}) / {rows.Grain}", Precedence.Multiplicative);
    }

    /// <summary>
    /// The widest first. Vectors of 128 bits are there on every machine; without them, one element after the other is at last.
    /// </summary>
    private IEnumerable<LaneDialect?> Dialects(Kernel kernel, RealType real, FunctionClasses functions, bool inLanes)
    {
        LaneShape[] lanes = inLanes ? [.. LaneSchedule.LanesOf(kernel)] : [];
        LaneDialect?[] wide = [.. options.Widths.OrderByDescending(w => w).Select(w => new LaneDialect(w, real, functions)).Where(d => lanes.Any(d.Has))];
        LaneDialect?[] all = wide.Any(d => d!.Bits == 128) ? wide : [.. wide, null];
        return options.Machine is { } machine ? [all.First(d => d is null || d.Bits <= machine)] : all;
    }
}
