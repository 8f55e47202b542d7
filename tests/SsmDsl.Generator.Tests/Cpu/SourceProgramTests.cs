using SsmDsl.Compilation;
using SsmDsl.Emit;
using SsmDsl.Interpretation;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using SsmDsl.Text;

namespace SsmDsl.Generator.Tests.Cpu;

/// <summary>
/// Programs of all models in the tests' sources: compiled code gives what the interpreter gives. What has reference values is compared
/// with them elsewhere, but for its vector-Jacobian products.
/// </summary>
public class SourceProgramTests
{
    public static TheoryData<string> Sources() => [.. Files().Select(f => Path.GetFileNameWithoutExtension(f)!).Distinct().Order()];

    [Theory]
    [MemberData(nameof(Sources))]
    public void Compiled_code_agrees_with_the_interpreter(string name)
    {
        string path = Files().First(f => Path.GetFileNameWithoutExtension(f) == name);
        CheckedProgram checkedProgram = Pipeline.Default.Check([new SourceFile(path, File.ReadAllText(path))]);
        foreach (CheckedModel model in checkedProgram.Models.Where(m => !m.HasErrors))
        {
            ModelGraph graph = Pipeline.Default.Expand(model);
            // In all widths of vectors, programs of every construct; with reference values, in the machine's.
            bool isEveryConstruct = Path.GetFileName(Path.GetDirectoryName(path)) == "Programs";
            CpuOptions? options = isEveryConstruct ? null : new CpuOptions { Machine = SsmDsl.Numerics.Lanes.Width };
            foreach (GraphProgram program in isEveryConstruct ? [graph.Backward ?? graph.Forward, graph.VectorJacobian] : new[] { graph.VectorJacobian })
            {
                CompiledProgram compiled = CompiledProgram.Of(program, RealType.Float64, options);
                foreach (int length in new[] { 1, 35 }) Check(program, compiled, length);
            }
        }
    }

    internal static IEnumerable<string> Files()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "SsmDsl.sln"))) folder = folder.Parent;
        return new[] { "Programs", "Vectors" }.SelectMany(f => Directory.EnumerateFiles(Path.Combine(folder!.FullName, "tests", f), "*.ssm"));
    }

    internal static void Check(GraphProgram program, CompiledProgram compiled, int length)
    {
        var random = new Random(3);
        var sizes = program.Dynamic.ToDictionary(d => d, d => d.Equals(DimSymbol.Batch) ? 5L : length);
        var values = new Dictionary<(PortKind, string), double[]>();
        var input = new InterpreterInput
        {
            Sizes = sizes,
            Start = true,
            Training = true,
            Seed = 5,
            Step = 1,
            Read = port =>
            {
                if (!values.TryGetValue((port.Kind, port.Name), out double[]? found))
                {
                    long count = port.Tensor.Axes.Aggregate(1L, (n, a) => n * a.Size.Evaluate(s => sizes[s])) * (port.Tensor.Element == ElementType.Complex ? 2 : 1);
                    bool isState = port.Kind == PortKind.InitialState;
                    values[(port.Kind, port.Name)] = found = [.. Enumerable.Range(0, (int)count).Select(_ => isState ? 0 : Number(port.Tensor.Element))];
                }

                return found;
            },
        };
        IReadOnlyDictionary<Port, double[]> expected;
        try
        {
            expected = Interpreter.Run(program, input);
        }
        catch (GraphFaultException)
        {
            Assert.Throws<GraphFaultException>(() => compiled.Run(input));
            return;
        }

        IReadOnlyDictionary<Port, double[]> actual = compiled.Run(input);
        foreach (Port port in program.Outputs)
        {
            double scale = 1 + expected[port].Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
            for (int i = 0; i < expected[port].Length; i++)
            {
                (double wanted, double found) = (expected[port][i], actual[port][i]);
                Assert.True(wanted.Equals(found) || Math.Abs(wanted - found) <= 1e-9 * scale, $"{program.Name}, T = {length}: {port.Kind} {port.Name}[{i}] is {found:R} instead of {wanted:R}");
            }
        }

        double Number(ElementType type) => type switch
        {
            ElementType.Bool => random.Next(2),
            ElementType.Int => random.Next(3),
            _ => random.NextDouble() * 1.6 - 0.8,
        };
    }
}
