using System.Text;
using SsmDsl.Compilation;
using SsmDsl.Emit;
using SsmDsl.Generator.Tests.Documentation;
using SsmDsl.Ir;
using SsmDsl.Lowering;
using SsmDsl.Passes;
using SsmDsl.Semantics;
using SsmDsl.Semantics.Printing;
using SsmDsl.Text;

namespace SsmDsl.Generator.Tests.Stages;

/// <summary>
/// A page that shows what every stage of the compiler makes of a small file; of a file whose name ends with <c>_gpu</c>, the graph and
/// the kernels for a GPU alone.
/// </summary>
internal sealed class StagePage
{
    private readonly StringBuilder page = new();

    public static string Of(SourceFile source)
    {
        var page = new StagePage();
        page.page.Append("# ").Append(source.Path).Append('\n');
        page.Section("Source", "ssm", source.Text);
        CheckedProgram program = Pipeline.Default.Check([source]);
        page.Section("Findings", "text", string.Concat(program.Diagnostics.Select(d => PageTests.Shown(d) + "\n")));
        if (program.HasErrors) return page.page.ToString();
        IEnumerable<string> layers = program.Layers.Where(l => l.NameSpan.File == source).Select(CheckedPrinter.Print);
        page.Section("Checked", "text", string.Join('\n', layers.Append(string.Concat(program.Models.Select(CheckedPrinter.Print)))));
        bool isGpu = Path.GetFileNameWithoutExtension(source.Path).EndsWith("_gpu", StringComparison.Ordinal);
        foreach (CheckedModel model in program.Models)
        {
            if (isGpu) page.Gpu(model);
            else page.Model(model);
        }

        return page.page.ToString();
    }

    private void Gpu(CheckedModel model)
    {
        page.Append("\n# ").Append(model.Name).Append('\n');
        ModelGraph graph = Pipeline.Default.Expand(model);
        foreach ((string direction, GraphProgram program) in new[] { ("Forward", graph.Forward), ("Backward", graph.VectorJacobian) })
        {
            Section($"{direction} graph", "text", GraphPrinter.Print(program));
            Section($"{direction} kernels for a GPU", "text", KernelPrinter.Print(ProgramLowering.Lower(ComplexExpansion.Run(program), LoweringTarget.Gpu)));
        }
    }

    private void Model(CheckedModel model)
    {
        page.Append("\n# ").Append(model.Name).Append('\n');
        ModelGraph graph = Pipeline.Default.Expand(model);
        GraphProgram forward = graph.Evaluate ?? graph.Forward, backward = graph.Backward ?? graph.VectorJacobian;
        CompiledGraph compiled = graph.Compiled;
        Section("Initial values", "text", graph.Initialise.Body.IsEmpty ? "" : GraphPrinter.Print(graph.Initialise));
        Section("Graph", "text", GraphPrinter.Print(forward));
        Section("Backward graph", "text", GraphPrinter.Print(backward));
        if ((compiled.LongForward ?? compiled.Forward) is var chunked && chunked != graph.Forward) Section("Forward graph of long sequences", "text", GraphPrinter.Print(chunked));
        backward = compiled.Backward ?? compiled.VectorJacobian;
        Section("Kernels of both", "text", KernelPrinter.Print(ProgramLowering.Lower(ComplexExpansion.Run(backward), LoweringTarget.Cpu)));
        Section("C# of the graph, for vectors of 128 bits", "csharp", CSharp(forward));
    }

    private static string CSharp(GraphProgram program)
    {
        EmittedPrograms emitted = CpuEmitter.Emit([new NamedProgram(program, program.Name, RealType.Float32)], new CpuOptions { Widths = [128] });
        return emitted.Programs.Single().Source + "\n" + emitted.Kernels;
    }

    private void Section(string title, string language, string text)
    {
        if (text.Length > 0) page.Append($"\n## {title}\n\n```{language}\n{text.TrimEnd('\n')}\n```\n");
    }
}
