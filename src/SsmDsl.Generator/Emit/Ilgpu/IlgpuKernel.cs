using System.Collections.Immutable;
using SsmDsl.Lowering;
using SsmDsl.Semantics;

namespace SsmDsl.Emit;

/// <summary>
/// Prints a kernel for ILGPU: the method that launches it, what it is launched with, and the method that ILGPU compiles, which
/// runs in one thread for each item, or in a group of threads where they work together.
/// </summary>
internal static class IlgpuKernel
{
    private const string Unnamed = KernelTexts.Unnamed;

    public static LibraryKernel Add(Kernel kernel, ImmutableArray<DimSymbol> dynamic, RealType real, KernelTexts texts)
    {
        var names = new KernelNames(kernel, dynamic, real);
        foreach (int check in kernel.Checks) names.Add(check);
        string body = IlgpuKernelText.Of(kernel, names, real);
        string items = kernel.Items is { } rows ? DimText.Of(rows.Rows, s => names.Find(s)!).Text : "1";
        KernelArgument[] arguments = [.. names.Used];
        return texts.Add(kernel.Name, arguments, Text(arguments, items, body, IlgpuKernelText.NeedsGroups(kernel)));
    }

    private static string Text(KernelArgument[] arguments, string items, string body, bool inGroups)
    {
        IlgpuArgument[] fields = [.. arguments.Select(IlgpuArgument.Of)];
        string parameters = string.Join(", ", KernelTexts.ParametersOf(arguments).Select(a => $"{a.Type} {a.Name}").Prepend("in ProgramRun run, Launcher launcher"));
        var text = new TextBlock();
        text.Unchecked($"public static void {Unnamed}({parameters})", () =>
        {
            text.Line($"nint items = {items};");
            IEnumerable<string> given = fields.Select(f => $"{f.Name} = {f.Given}");
            string launch = inGroups ? "LaunchGroups" : "LaunchThreads", group = inGroups ? ", DeviceProduct.Threads" : "";
            if (!inGroups) given = given.Prepend("Items = (int)items");
            text.Line($"launcher.{launch}({Unnamed}_kernel, items{group}, new {Unnamed}_arguments {{ {string.Join(", ", given)} }});");
        });
        text.Line();
        text.Block($"public struct {Unnamed}_arguments", () =>
        {
            if (!inGroups) text.Line("public int Items;");
            foreach (IlgpuArgument field in fields) text.Line($"public {field.Type} {field.Name};");
        });
        text.Line();
        text.Unchecked($"public static void {Unnamed}_kernel({Unnamed}_arguments arguments)", () =>
        {
            text.Line($"int item = {(inGroups ? "Grid.IdxX" : "Grid.GlobalIndex.X")};");
            if (!inGroups) text.Line("if (item >= arguments.Items) return;");
            foreach (IlgpuArgument field in fields) text.Line($"{field.Local} {field.Name} = {field.Taken};");
            text.Line(body);
        });
        return text.ToString();
    }
}
