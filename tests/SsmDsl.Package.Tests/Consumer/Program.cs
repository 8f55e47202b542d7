using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Consumer.Models;
using SsmDsl;

// Everything is printed to the last bit. Weights go into the folder that is the argument.
string folder = args[0];
if (folder == "--time")
{
    Clock.Run();
    return;
}
using (Device cpu = Device.Cpu(threads: 2)) Train(cpu, "cpu");
if (RuntimeFeature.IsDynamicCodeSupported && AppDomain.CurrentDomain.GetAssemblies().Any(a => a.GetName().Name!.StartsWith("ILGPU", StringComparison.Ordinal)))
    throw new InvalidOperationException("the processor has ILGPU loaded");

// Ahead of time there is no code at run time, so no GPU: the compiler drops this branch, and ILGPU with it.
if (RuntimeFeature.IsDynamicCodeSupported)
{
    using Device simulator = Device.IlgpuSimulator();
    Train(simulator, "simulator");
}

void Train(Device device, string name)
{
    Console.WriteLine($"{name}: {device}");
    using Gated model = Gated.Create(device, seed: 42);
    using Gradients gradients = model.NewGradients();
    using AdamW optimizer = new(model.Parameters, new() { LearningRate = 1e-2f, ClipNorm = 1 });
    Gated.Batch batch = new()
    {
        Tokens = Tensor.Create([1, 2, 3, 4, 0, 1], [2, 3]),
        Keep = Tensor.Create([true, false, true, true, true, true], [2, 3]),
        Goal = Tensor.Create([.1f, .2f, .3f, .4f, .5f, .6f, .7f, .8f], [2, 4]),
    };
    for (ulong step = 0; step < 2; step++)
    {
        Gated.BackwardResult result = model.Backward(batch, gradients, seed: 7, step);
        optimizer.Step(gradients);
        Print("loss", result.Loss, result.Metrics.Error);
    }
    model.Save(Path.Combine(folder, name + ".safetensors"));

    using Gated.Stream stream = model.OpenStream(batch: 1);
    float[] y = new float[Gated.D];
    for (int i = 0; i < 3; i++) stream.Step([i], [true], y);
    Print("stream", [.. y.Select(v => (double)v)]);

    using GatedF64 exact = GatedF64.Create(device, seed: 42);
    Print("float64", [.. exact.Forward(batch.Tokens, batch.Keep).Last]);

    using Whole whole = Whole.Create(device, seed: 1);
    Print("complex", [.. whole.Forward(Tensor.Create([1f, 2, 3, 5, 8, 13], [1, 3, 2])).W.Select(v => (double)v)]);

    void Print(string what, params double[] values) =>
        Console.WriteLine($"{name}: {what} {string.Join(' ', values.Select(v => v.ToString("R", CultureInfo.InvariantCulture)))}");
}
