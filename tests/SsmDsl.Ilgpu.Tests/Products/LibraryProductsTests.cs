using SsmDsl.Api.Tests;
using SsmDsl.Ilgpu.Products;
using SsmDsl.Tests.Shared;

namespace SsmDsl.Ilgpu.Tests.Products;

/// <summary>Products of generated programs by a library, and when none is used.</summary>
public sealed class LibraryProductsTests : IDisposable
{
    private readonly IlgpuDevice device = (IlgpuDevice)Device.IlgpuSimulator();

    public void Dispose() => device.Dispose();

    [Fact]
    public void A_library_computes_what_kernels_do()
    {
        var library = new PlainBlas();
        device.Products = new LibraryProducts(device, () => library, smallest: 1);
        using Device processor = Device.Cpu(1);
        (double expected, float[] weights) = Train(processor);
        (double loss, float[] trained) = Train(device);
        Assert.Equal(expected, loss, 1e-6);
        Numbers.Near(weights, trained);

        // Of two layers: outputs, and gradients of inputs and weights.
        const int checks = 16;
        Assert.Equal(checks + 6, library.Products);
        Assert.Equal("BLAS in loops computes large products", device.MatrixProducts);

        device.AllowsCublas = false;
        (_, float[] byKernels) = Train(device);
        Assert.Equal(checks + 6, library.Products);
        Numbers.Near(weights, byKernels);
        Assert.Contains("not allowed", device.MatrixProducts, StringComparison.Ordinal);
    }

    /// <summary>Three parts of two terms, for outputs and gradients of inputs and weights.</summary>
    [Fact]
    public void Long_sums_in_parts_are_those_of_kernels_and_the_same_each_time()
    {
        (double expected, float[] weights) = Train(device);
        long whole = device.Launches;
        device.DeepProducts = new DeepProducts(device, shortest: 2);
        (double loss, float[] trained) = Train(device);
        Assert.Equal(expected, loss, 1e-6);
        Numbers.Near(weights, trained);

        // A sum of the parts for each of six products, and what follows three of them element by element.
        Assert.InRange(device.Launches - 2 * whole, 6, 12);
        Assert.Equal(trained, Train(device).Weights);
    }

    [Fact]
    public void Small_products_need_no_library()
    {
        device.Products = new LibraryProducts(device, () => throw new InvalidOperationException("it was opened"));
        Train(device);
        Assert.Equal("no product was large enough yet", device.MatrixProducts);
    }

    [Fact]
    public void A_library_that_is_missing_or_wrong_is_not_used()
    {
        device.Products = new LibraryProducts(device, () => throw new DllNotFoundException("libcublas.so.12 is not there"), smallest: 1);
        (double expected, _) = Train(device);
        Assert.Contains("libcublas.so.12 is not there", device.MatrixProducts, StringComparison.Ordinal);
        var wrong = new PlainBlas(error: 1e-3);
        device.Products = new LibraryProducts(device, () => wrong, smallest: 1);
        Assert.Equal(expected, Train(device).Loss);
        Assert.Contains("gives", device.MatrixProducts, StringComparison.Ordinal);
        Assert.Equal(1, wrong.Products);
        Assert.True(wrong.IsDisposed);
    }

    [CudaFact]
    public void Large_products_by_cuBLAS_are_those_of_kernels_and_the_same_each_time()
    {
        using var cuda = (IlgpuDevice)Device.Cuda();
        (_, float[] first) = Train(cuda, batch: 64, length: 1024);
        Assert.Equal(first, Train(cuda, batch: 64, length: 1024).Weights);
        Assert.Matches("^(cuBLAS \\d+ computes large products|kernels compute all products: .+)$", cuda.MatrixProducts);
        cuda.AllowsCublas = false;
        Numbers.Near(first, Train(cuda, batch: 64, length: 1024).Weights, 1e-4);
    }

    private static (double Loss, float[] Weights) Train(Device on, int batch = 2, int length = 3)
    {
        using var model = Perceptron.Create(on, 1);
        using var gradients = model.NewGradients();
        using var optimizer = new Sgd(model.Parameters, new() { LearningRate = 0.1 });
        var data = new Perceptron.Batch { X = Numbers.Wave(batch, length, 8), Goal = Numbers.Seeded(4, batch, length, 8) };
        double loss = model.Backward(data, gradients).Loss;
        optimizer.Step(gradients);
        return (loss, [.. model.Parameters.SelectMany(p => p.ToTensor().Values())]);
    }
}
