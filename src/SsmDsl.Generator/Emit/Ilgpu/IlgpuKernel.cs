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

    public static LibraryKernel Add(Kernel kernel, ImmutableArray<DimSymbol> dynamic, RealType real, FunctionClasses functions, KernelTexts texts)
    {
        var names = new KernelNames(kernel, dynamic, real);
        foreach (int check in kernel.Checks) names.Add(check);
        string body = IlgpuKernelText.Of(kernel, names, real, ScalarDialect.IlgpuWith(functions));
        Launch launch = Launch.Of(kernel, real);
        if (kernel.Product is { } whole)
        {
            string matrices = IlgpuProductText.Given(whole, names, real);
            launch = kernel.Parts is null
                ? Launch.Product(matrices)
                : Launch.Product(matrices, Count(kernel.Parts.Value.Maps), IlgpuKernelText.Of(kernel.Parts.Value.Maps, names, real, ScalarDialect.IlgpuWith(functions)));
        }

        string items = Count(kernel);
        KernelArgument[] arguments = [.. names.Used];
        return texts.Add(kernel.Name, arguments, Text(arguments, items, body, launch));

        string Count(Kernel counted) => counted.Items is { } rows ? DimText.Of(rows.Rows, s => names.Find(s)!).Text : "1";
    }

    private static string Text(KernelArgument[] arguments, string items, string body, Launch launch)
    {
        IlgpuArgument[] fields = [.. arguments.Select(IlgpuArgument.Of)];
        string parameters = string.Join(", ", KernelTexts.ParametersOf(arguments).Select(a => $"{a.Type} {a.Name}").Prepend("in ProgramRun run, Launcher launcher"));
        var text = new TextBlock();
        text.Unchecked($"public static void {Unnamed}({parameters})", () =>
        {
            text.Line($"nint items = {items};");
            if (launch.Elements is { } count) text.Line($"nint elements = {count};");
            IEnumerable<string> given = fields.Select(f => $"{f.Name} = {f.Given}");
            if (launch.HasItems) given = given.Prepend($"Items = (int){(launch.Elements is null ? "items" : "elements")}");
            text.Line($"launcher.{launch.Method}({Unnamed}_kernel, items{launch.Options}, new {Unnamed}_arguments {{ {string.Join(", ", given)} }}{launch.More});");
        });
        text.Line();
        text.Block($"public struct {Unnamed}_arguments", () =>
        {
            if (launch.HasItems) text.Line("public int Items;");
            foreach (IlgpuArgument field in fields) text.Line($"public {field.Type} {field.Name};");
        });
        text.Line();
        Method("kernel", launch, body);
        if (launch.Maps is { } maps)
        {
            text.Line();
            Method("maps_kernel", Launch.Threads, maps);
        }

        return text.ToString();

        void Method(string name, Launch by, string statements) => text.Unchecked($"public static void {Unnamed}_{name}({Unnamed}_arguments arguments)", () =>
        {
            text.Line($"int item = {by.Item};");
            if (by.CountsItems) text.Line("if (item >= arguments.Items) return;");
            if (by.HasLanes) text.Line("int lane = Warp.LaneIdx;");
            foreach (IlgpuArgument field in fields) text.Line($"{field.Local} {field.Name} = {field.Taken};");
            text.Line(statements);
        });
    }

    /// <summary>Which threads run an item.</summary>
    /// <param name="Method">Of the launcher, with <paramref name="Options"/> after the number of items.</param>
    /// <param name="Item">The item of a thread.</param>
    /// <param name="CountsItems">There may be threads without an item.</param>
    private sealed record Launch(string Method, string Options, string Item, bool CountsItems)
    {
        /// <summary>After the arguments of the kernel.</summary>
        public string More { get; private init; } = "";

        /// <summary>What is left to do for so many <see cref="Elements"/>, a thread each, where a library has computed the product; or null.</summary>
        public string? Maps { get; private init; }

        public string? Elements { get; private init; }

        /// <summary>The threads of a warp run an item together.</summary>
        public bool HasLanes { get; private init; }

        public bool HasItems => CountsItems || Maps is not null;

        public static Launch Threads { get; } = new("LaunchThreads", "", "Grid.GlobalIndex.X", true);

        public static Launch Groups { get; } = new("LaunchGroups", ", DeviceProduct.Threads", "Grid.IdxX", false);

        /// <summary>Groups, or a library that is given the same product.</summary>
        public static Launch Product(string matrices) => new("LaunchProduct", "", Groups.Item, false) { More = $", {matrices}" };

        public static Launch Product(string matrices, string elements, string maps) =>
            Product(matrices) with { More = $", {matrices}, {Unnamed}_maps_kernel, elements", Elements = elements, Maps = maps };

        /// <summary>Several in a group.</summary>
        public static Launch Warps { get; } = new("LaunchWarps", "", "Grid.GlobalIndex.X / Warp.WarpSize", true) { HasLanes = true };

        /// <summary>One in a group, whose memory it has for itself.</summary>
        public static Launch SharingWarps { get; } = new("LaunchGroups", ", 32", "Grid.IdxX", false) { HasLanes = true };

        public static Launch Of(Kernel kernel, RealType real)
        {
            string most = ThreadArrays.Columns(kernel, real) is { } columns && columns < ThreadArrays.MostThreads ? $", {columns}" : "";
            return IlgpuKernelText.NeedsGroups(kernel) ? Groups
                : !kernel.InWarps ? Threads with { Options = most }
                : kernel.Locals.Any(l => l.IsShared) ? SharingWarps : Warps with { Options = most };
        }
    }
}
