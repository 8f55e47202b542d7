extern alias compiler;

using System.Diagnostics;
using compiler::SsmDsl.Compilation;
using compiler::SsmDsl.Semantics;
using compiler::SsmDsl.Text;

namespace SsmDsl.Bench.Start;

/// <summary>What the generator takes for a model, and what it makes of it.</summary>
/// <param name="Milliseconds">Of reading and checking the file with all of its models, and of all that is made of this one; warm, the median.</param>
/// <param name="Bytes">Of C#.</param>
internal sealed record GeneratorCost(double Milliseconds, int Bytes, int Lines)
{
    private const int Rounds = 15, WarmUp = 5;

    /// <param name="source">The text of the file, with everything that its models need.</param>
    public static GeneratorCost Of(string source, string model)
    {
        SourceFile[] files = [new("Networks.ssm", source)];
        var times = new List<double>();
        string text = "";
        for (int i = 0; i < WarmUp + Rounds; i++)
        {
            var (milliseconds, made) = Once(files, model);
            if (i >= WarmUp) times.Add(milliseconds);
            text = made;
        }

        times.Sort();
        return new(times[times.Count / 2], System.Text.Encoding.UTF8.GetByteCount(text), text.Count(c => c == '\n'));
    }

    private static (double, string) Once(SourceFile[] files, string model)
    {
        var watch = new Stopwatch();
        bool isWanted = false;
        Pipeline whole = Pipeline.Default, timed = whole with
        {
            Check = sources =>
            {
                watch.Start();
                var program = whole.Check(sources);
                watch.Stop();
                return program;
            },
            Expand = (CheckedModel m) =>
            {
                isWanted = m.Name == model;
                if (isWanted) watch.Start();
                return whole.Expand(m);
            },
            EmitFacade = facade =>
            {
                var text = whole.EmitFacade(facade);
                if (isWanted) watch.Stop();
                return text;
            },
        };
        CompilationResult result = SsmCompiler.Compile(files, CompilerOptions.Default, timed);
        return (watch.Elapsed.TotalMilliseconds, result.Files.Single(f => f.ModelName.Split('.')[^1] == model).Text);
    }
}
