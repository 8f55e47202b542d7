using SsmDsl.Emit;

namespace SsmDsl.Generator.Tests.Facades;

/// <summary>What users write against a generated class.</summary>
public sealed class FacadeUseTests
{
    private const string Create = """
        using var device = Device.Cpu(1);
        using var model = Models.Smoother.Create(device, seed: 42);
        Tensor<int> code = Tensor.Create(new[] { 1, 2 }, [2]);
        Tensor<REAL> x = Tensor.Create(new REAL[] { 1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, -6 }, [2, 3, 2]);
        Tensor<REAL> next = Tensor.Create(new REAL[12], [2, 3, 2]);
        using var gradients = model.NewGradients();

        """;

    [Theory]
    [InlineData(RealType.Float32)]
    [InlineData(RealType.Float64)]
    public void Results_are_the_callers(RealType real) => Run(real, """
        Models.Smoother.Outputs y = model.Forward(code, x);
        Same([2, 3, 2], y.Y.Lengths.ToArray());
        Near([1.25, 2.25, 3.75, 5.25, 7, 8.75], Values(y.Y).Take(6));
        Near([6.75, 8.5, -6.75, -8.5], Values(y.State.H));
        Models.Smoother.Outputs again = model.Forward(new() { Code = code, X = x }, initial: y.State);
        Near([4.625], Values(again.Y).Take(1));
        Near([1.25], Values(y.Y).Take(1));
        Same([3L], [y.State.Position]);
        Same([6L], [again.State.Position]);
        """);

    [Fact]
    public void Into_forms_write_to_the_callers_memory_and_allocate_nothing() => Run(RealType.Float32, """
        float[] span = new float[12], inputGradient = new float[12];
        TensorSpan<float> strided = new TensorSpan<float>(new float[24], [2, 3, 2], [12, 4, 2]);
        var state = model.Forward(code, x).State;
        var batch = new Models.Smoother.Batch { Code = code, X = x, Next = next };
        Action[] calls =
        [
            () => model.Forward(new() { Code = code, X = x }, new() { Y = span }),
            () => model.Forward(new() { Code = code, X = x }, new() { Y = span.AsSpan() }, initial: state, final: state),
            () => model.Evaluate(batch, new() { Y = span }),
            () => model.Backward(batch, gradients, new() { Y = span }, seed: 1, step: 2, inputGradients: new() { X = inputGradient }),
            () => model.Backward(new() { Code = code, X = x, Next = next }, gradients, new() { Y = span }, 1, 2, initial: state, final: state),
            () => model.Backward(new() { Code = code, X = x }, new() { Y = next }, gradients, new() { Y = span }),
        ];
        foreach (Action call in calls)
        {
            call();
            call();
            long before = GC.GetAllocatedBytesForCurrentThread();
            call();
            long used = GC.GetAllocatedBytesForCurrentThread() - before;
            if (used != 0) throw new Exception($"{used} bytes allocated by call {Array.IndexOf(calls, call)}");
        }

        model.Forward(new() { Code = code, X = x }, new() { Y = strided });
        model.Forward(new() { Code = code, X = x }, new() { Y = strided });
        long mark = GC.GetAllocatedBytesForCurrentThread();
        model.Forward(new() { Code = code, X = x }, new() { Y = strided });
        long rest = GC.GetAllocatedBytesForCurrentThread() - mark;
        if (rest != 0) throw new Exception($"{rest} bytes allocated");
        Near([1.25, 2.25, 3.75], [strided[0, 0, 0], strided[0, 0, 1], strided[0, 1, 0]]);
        """);

    [Fact]
    public void A_backward_run_gives_everything() => Run(RealType.Float64, """
        var batch = new Models.Smoother.Batch { Code = code, X = x, Next = next };
        var r = model.Backward(batch, gradients, seed: 1, step: 0);
        Near([Values(model.Forward(code, x).Y).Sum(v => v * v)], [r.Loss]);
        Near([Values(r.Outputs.Y).Max(v => Math.Abs(v))], [r.Metrics.Worst]);
        var e = model.Evaluate(batch);
        Near([r.Loss], [e.Loss]);
        Same([true], [r.InitialGradient is null]);

        // Against differences of the loss
        double Loss(Tensor<double> values) => model.Evaluate(new Models.Smoother.Batch { Code = code, X = values, Next = next }).Loss;
        for (int i = 0; i < 12; i++)
        {
            double[] up = Values(x), down = Values(x);
            up[i] += 1e-5;
            down[i] -= 1e-5;
            double slope = (Loss(Tensor.Create(up, [2, 3, 2])) - Loss(Tensor.Create(down, [2, 3, 2]))) / 2e-5;
            if (Math.Abs(slope - Values(r.InputGradients.X)[i]) > 1e-6) throw new Exception($"{i}: {slope}");
        }

        // The vector–Jacobian product with the loss's own derivative is the same gradient.
        double[] decay = Values(gradients.ToTensor64(model.Parameters.Decay));
        using var others = model.NewGradients();
        double[] seed = [.. Values(r.Outputs.Y).Select(v => 2 * v)];
        var v = model.Backward(new() { Code = code, X = x }, new() { Y = Tensor.Create(seed, [2, 3, 2]) }, others);
        Near(decay, Values(others.ToTensor64(model.Parameters.Decay)));
        Near(Values(r.InputGradients.X), Values(v.InputGradients.X));

        // Through the initial state, and added up
        var state = r.State;
        var second = model.Backward(batch, gradients, 1, 1, accumulate: true, initial: state);
        Same([2, 2], second.InitialGradient!.H.Lengths.ToArray());
        using var alone = model.NewGradients();
        model.Backward(batch, alone, 1, 1, initial: state);
        Near([.. decay.Zip(Values(alone.ToTensor64(model.Parameters.Decay)), (a, b) => a + b)], Values(gradients.ToTensor64(model.Parameters.Decay)));
        """);

    [Fact]
    public void A_stream_is_the_same_function_and_allocates_nothing() => Run(RealType.Float32, """
        using var stream = model.OpenStream(batch: 2, [1, 2]);
        float[] all = Values(x), y = new float[4], step = new float[4];
        var whole = model.Forward(code, x);
        for (int t = 0; t < 3; t++)
        {
            for (int b = 0; b < 2; b++) all.AsSpan(b * 6 + t * 2, 2).CopyTo(step.AsSpan(b * 2));
            stream.Step(step, y);
            Near([Values(whole.Y)[t * 2], Values(whole.Y)[6 + t * 2 + 1]], [y[0], y[3]]);
        }

        Near(Values(whole.State.H), Values(stream.CopyState()!.H));
        long mark = GC.GetAllocatedBytesForCurrentThread();
        stream.Step(step, y);
        long rest = GC.GetAllocatedBytesForCurrentThread() - mark;
        if (rest != 0) throw new Exception($"{rest} bytes allocated");
        stream.Restore(whole.State);
        stream.Step(step);
        Same([4L], [stream.Position]);
        """);

    [Fact]
    public void What_a_model_cannot_do_is_an_error_with_its_reason()
    {
        FacadeText model = HandMade.Smoother("Reader", steppable: false);
        string[] problems = CompiledFacade.Problems([model], """
            public static class Usage
            {
                public static void Run(Models.Reader m, Models.Reader.State s) { m.OpenStream(1, []); m.Forward(default, default, s); }
            }
            """);
        Assert.Equal(2, problems.Length);
        Assert.All(problems, p => Assert.Contains("error CS0619", p, StringComparison.Ordinal));
        Assert.All(problems, p => Assert.Contains("SSM0304: model Reader cannot run step by step: it reads the end of the sequence: Models.ssm(1,9)", p, StringComparison.Ordinal));
        Assert.Contains("Models.ssm(1,9)", model.Places);
        Run(RealType.Float32, "Near([1.25], Values(model.Forward(code, x).Y).Take(1));", steppable: false);
    }

    [Fact]
    public void Wrong_arguments_name_the_tensor() => Run(RealType.Float32, """
        Throws<ArgumentException>(e => e.ParamName == "x", () => model.Forward(code, Tensor.Create(new float[8], [2, 2, 2]).AsReadOnlyTensorSpan().Reshape([2, 4])));
        Throws<ArgumentException>(e => e.ParamName == "x", () => model.Forward(Tensor.Create(new[] { 1, 2, 0 }, [3]), x));
        Throws<ArgumentException>(e => e.ParamName == "next", () => model.Backward(new Models.Smoother.Batch { Code = code, X = x, Next = null! }, gradients));
        Throws<ArgumentException>(e => e.ParamName == "y", () => model.Forward(new() { Code = code, X = x }, new() { Y = new float[3] }));
        Throws<IndexOutOfVocabularyException>(e => e.Index == "code" && e.Value == 7, () => model.Forward(Tensor.Create(new[] { 1, 7 }, [2]), x));
        Throws<NonFiniteException>(e => e.Tensor == "x", () =>
        {
            float[] bad = Values(x);
            bad[3] = float.NaN;
            model.Backward(new Models.Smoother.Batch { Code = code, X = Tensor.Create(bad, [2, 3, 2]), Next = next }, gradients);
            using var optimizer = new AdamW(model.Parameters, new() { LearningRate = 1e-3f });
            optimizer.Step(gradients);
        });
        """);

    private static void Run(RealType real, string statements, bool steppable = true) => CompiledFacade.Run([HandMade.Smoother(real: real, steppable: steppable)], $$"""
        public static class Usage
        {
            public static void Run()
            {
        {{Create.Replace("REAL", real == RealType.Float32 ? "float" : "double", StringComparison.Ordinal)}}
        {{statements}}
            }

            static T[] Values<T>(Tensor<T> tensor) { var values = new T[tensor.FlattenedLength]; tensor.FlattenTo(values); return values; }

            static void Near<TA, TB>(System.Collections.Generic.IEnumerable<TA> expected, System.Collections.Generic.IEnumerable<TB> found)
            {
                double[] a = [.. expected.Select(v => Convert.ToDouble(v))], b = [.. found.Select(v => Convert.ToDouble(v))];
                if (a.Length != b.Length || a.Zip(b).Any(p => !(Math.Abs(p.First - p.Second) < 1e-6 * Math.Max(1, Math.Abs(p.First))))) throw new Exception($"expected {string.Join(", ", a)}, found {string.Join(", ", b)}");
            }

            static void Same<TA, TB>(TA[] expected, TB[] found)
            {
                if (!expected.Select(v => v!.ToString()).SequenceEqual(found.Select(v => v!.ToString()))) throw new Exception($"expected {string.Join(", ", expected)}, found {string.Join(", ", found)}");
            }

            static void Throws<TException>(Func<TException, bool> holds, Action action) where TException : Exception
            {
                try { action(); }
                catch (TException e) when (holds(e)) { return; }
                throw new Exception($"no {typeof(TException)}");
            }
        }
        """);
}
