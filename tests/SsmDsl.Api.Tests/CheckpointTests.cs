using System.Text;

namespace SsmDsl.Api.Tests;

/// <summary>Saving and loading parameters: everything or nothing.</summary>
public sealed class CheckpointTests : IDisposable
{
    private readonly Device device = TestDevice.Make();
    private readonly string folder = Directory.CreateTempSubdirectory("ssmdsl-api-").FullName;

    public void Dispose()
    {
        device.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Parameters_have_names_shapes_and_versions()
    {
        using var model = Classifier.Create(device, 1);
        Parameter nu = model.Parameters.Blocks[1].Lru.NuLog;
        Assert.Equal(("blocks.1.lru.nu_log", 0.25, false, false), (nu.Name, nu.LrFactor, nu.Decay, nu.Frozen));
        Assert.Equal([Classifier.N], nu.Shape.Select(n => (int)n));
        Assert.Same(nu, model.Parameters["blocks.1.lru.nu_log"]);
        Assert.Equal(["encoder.weight", "encoder.bias", "blocks.0.layer_norm.weight"], model.Parameters.Take(3).Select(p => p.Name));
        Assert.Contains("did you mean", Assert.Throws<KeyNotFoundException>(() => model.Parameters["blocks.1.lru.nulog"]).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Parameters.Blocks[2]);
        long version = nu.Version;
        float[] before = model.Forward(Numbers.Wave(1, 5, 1)).Logits.Values(), values = nu.ToTensor().Values();
        nu.CopyFrom([.. values.Select(v => v + 1)]);
        Assert.True(nu.Version > version);
        Assert.NotEqual(before, model.Forward(Numbers.Wave(1, 5, 1)).Logits.Values());
        nu.CopyFrom(values);
        Assert.Equal(before, model.Forward(Numbers.Wave(1, 5, 1)).Logits.Values());
        Assert.Throws<ArgumentException>(() => nu.CopyFrom(new float[3]));
        nu.Frozen = true;
        using var gradients = model.NewGradients();
        using var optimizer = new Sgd(model.Parameters, new() { LearningRate = 0.1f });
        model.Backward(new Classifier.Batch { Pixels = Numbers.Wave(2, 5, 1), Label = Numbers.Of([0, 1], 2) }, gradients);
        optimizer.Step(gradients);
        Assert.Equal(values, nu.ToTensor().Values());
        Assert.NotEqual(before, model.Forward(Numbers.Wave(1, 5, 1)).Logits.Values());
    }

    [Fact]
    public void Initial_values_depend_on_the_seed_alone()
    {
        using var a = Classifier.Create(device, 1);
        using var threads = Device.Cpu(4);
        using var b = Classifier.Create(threads, 1);
        using var c = Classifier.Create(device, 2);
        Assert.Equal(Numbers.Bits(a), Numbers.Bits(b));
        Assert.NotEqual(Numbers.Bits(a), Numbers.Bits(c));
    }

    [Fact]
    public void A_saved_model_comes_back_bit_by_bit()
    {
        using var model = Classifier.Create(device, 1);
        string path = Path.Combine(folder, "a.safetensors");
        model.Save(path);
        Assert.Equal(["a.safetensors"], Directory.GetFiles(folder).Select(Path.GetFileName));
        byte[] bytes = File.ReadAllBytes(path);
        using var byPath = Classifier.Load(device, path);
        using var byStream = Classifier.Load(device, new MemoryStream(bytes));
        using var byBytes = Classifier.Load(device, bytes);
        Assert.All([byPath, byStream, byBytes], m => Assert.Equal(Numbers.Bits(model), Numbers.Bits(m)));
    }

    [Fact]
    public void A_file_that_is_none_of_this_model_is_refused_and_nothing_is_replaced()
    {
        using var model = Classifier.Create(device, 1);
        int[] before = Numbers.Bits(model);
        using var good = new MemoryStream();
        model.Save(good);
        byte[] bytes = good.ToArray();
        using var other = Tokens.Create(device, 1);
        using var foreign = new MemoryStream();
        other.Save(foreign);
        string missing = Path.Combine(folder, "none.safetensors");
        Assert.Equal(missing, Assert.Throws<CheckpointException>(() => model.Load(missing)).File);
        Assert.Throws<CheckpointException>(() => Classifier.Load(device, missing));
        foreach (byte[] bad in new[] { [], bytes[..5], bytes[..100], bytes[..^1], [.. bytes, 0], foreign.ToArray(), Encoding.UTF8.GetBytes("PK this is a zip file, or something of the kind") })
        {
            Assert.Throws<CheckpointException>(() => model.Load(bad));
            Assert.Equal(before, Numbers.Bits(model));
        }
    }

    [Fact]
    public void Missing_extra_and_misshapen_tensors_are_named()
    {
        using var model = Classifier.Create(device, 1);
        int[] before = Numbers.Bits(model);
        byte[] File(Func<Parameter, (string Name, nint[] Shape)?> change)
        {
            var writer = new SafetensorsWriter();
            foreach (Parameter p in model.Parameters)
            {
                if (change(p) is not { } entry) continue;
                writer.Add<float>(entry.Name, entry.Shape, new float[entry.Shape.Aggregate((nint)1, (a, b) => a * b)]);
            }

            using var stream = new MemoryStream();
            writer.Save(stream);
            return stream.ToArray();
        }

        var e = Assert.Throws<CheckpointException>(() => model.Load(File(p => p.Name == "head.bias" ? null : (p.Name, [.. p.Shape]))));
        Assert.Equal("head.bias", e.Tensor);
        Assert.Contains("'head.bias' [3] is missing", e.Message, StringComparison.Ordinal);
        e = Assert.Throws<CheckpointException>(() => model.Load(File(p => (p.Name, p.Name == "head.bias" ? [4] : [.. p.Shape]))));
        Assert.Equal(("head.bias", "3", "4"), (e.Tensor, string.Join(",", e.Expected!), string.Join(",", e.Found!)));
        e = Assert.Throws<CheckpointException>(() => model.Load(File(p => (p.Name == "head.bias" ? "head.bais" : p.Name, [.. p.Shape]))));
        Assert.Contains("nearest name in the file is 'head.bais'", e.Message, StringComparison.Ordinal);
        Assert.Contains("'head.bais' is no parameter", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, Numbers.Bits(model));

        byte[] prefixed = File(p => ("net." + p.Name.Replace("blocks", "layers", StringComparison.Ordinal), [.. p.Shape]));
        Assert.Throws<CheckpointException>(() => model.Load(prefixed));
        CheckpointReport report = model.Load(prefixed, new() { Prefix = "net.", Rename = n => n.Replace("layers", "blocks", StringComparison.Ordinal) });
        Assert.Equal((model.Parameters.Count, 0, 0), (report.Loaded.Count, report.Missing.Count, report.LeftOver.Count));
        Assert.All(Numbers.Bits(model), b => Assert.Equal(0, b));

        byte[] partial = File(p => p.Name.StartsWith("head", StringComparison.Ordinal) ? (p.Name == "head.bias" ? "extra" : p.Name, [.. p.Shape]) : null);
        report = model.Load(partial, new() { AllowMissing = true, AllowExtra = true });
        Assert.Equal(["head.weight"], report.Loaded);
        Assert.Equal(["extra"], report.LeftOver);
        Assert.Equal(model.Parameters.Count - 1, report.Missing.Count);
    }
}
