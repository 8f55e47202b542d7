using System.Reflection;
using System.Runtime.InteropServices;
using SsmDsl.Ilgpu.Tests.Numerics;

namespace SsmDsl.Ilgpu.Tests.Ptx;

/// <summary>Functions of kernels as a GPU computes them: the PTX that ILGPU makes of them, run instruction by instruction.</summary>
public sealed unsafe class PtxMathTests : IDisposable
{
    private readonly PtxCompiler compiler = new(90);

    public void Dispose() => compiler.Dispose();

    /// <summary>Without contraction a GPU gives the bits of the host.</summary>
    [Fact]
    public void PTX_of_functions_of_float32_has_the_bits_of_the_host()
    {
        foreach (var f in DeviceFunctions.Single)
        {
            if (Kernel(f.Name, "Single") is not { } kernel) continue;
            foreach ((float x, float y) in Run(kernel, Singles(1000), contracts: false))
                Assert.True(f.Function(x).Equals(y) && float.IsNegative(y) == float.IsNegative(f.Function(x)) || float.IsNaN(y) && float.IsNaN(f.Function(x)), $"{f.Name}({x:R}) = {y:R} instead of {f.Function(x):R}");
        }
    }

    /// <inheritdoc cref="PTX_of_functions_of_float32_has_the_bits_of_the_host"/>
    [Fact]
    public void PTX_of_functions_of_float64_has_the_bits_of_the_host()
    {
        foreach (var f in DeviceFunctions.Double)
        {
            if (Kernel(f.Name, "Double") is not { } kernel) continue;
            foreach ((double x, double y) in Run(kernel, Doubles(400), contracts: false))
                Assert.True(f.Function(x).Equals(y) && double.IsNegative(y) == double.IsNegative(f.Function(x)) || double.IsNaN(y) && double.IsNaN(f.Function(x)), $"{f.Name}({x:R}) = {y:R} instead of {f.Function(x):R}");
        }
    }

    /// <summary>With products and sums in one rounding, the bounds hold too.</summary>
    [Fact]
    public void Bounds_hold_where_a_device_contracts_products_and_sums()
    {
        foreach (var f in DeviceFunctions.Single)
        {
            if (Kernel(f.Name, "Single") is not { } kernel) continue;
            foreach ((float x, float y) in Run(kernel, Singles(1500), contracts: true))
            {
                double exact = f.Exact(x), error = Math.Abs(y - exact);
                if (y.Equals((float)exact)) continue;
                if (!float.IsFinite(y) || !double.IsFinite(error)) Assert.True(Math.Abs(exact) > 3.4e38, $"{f.Name}({x:R}) = {y:R}");
                else Assert.True(error <= (f.IsAbsolute ? f.Bound : f.Bound * Math.Abs(exact)) + 3e-45, $"{f.Name}({x:R}) = {y:R} instead of {exact:R}");
            }
        }

        foreach (var f in DeviceFunctions.Double)
        {
            if (Kernel(f.Name, "Double") is not { } kernel) continue;
            foreach ((double x, double y) in Run(kernel, Doubles(500), contracts: true))
            {
                double exact = f.Exact(x), error = Math.Abs(y - exact);
                if (y.Equals(exact)) continue;
                if (!double.IsFinite(error)) Assert.True(Math.Abs(exact) > 1.7e308, $"{f.Name}({x:R}) = {y:R}");
                else Assert.True(error <= (f.IsAbsolute ? f.Bound : f.Bound * (Math.BitIncrement(Math.Abs(exact)) - Math.Abs(exact))) + 2e-323, $"{f.Name}({x:R}) = {y:R} instead of {exact:R}");
            }
        }
    }

    [Fact]
    public void Draws_and_whole_numbers_are_those_of_the_host()
    {
        int[] values = [0, 1, -1, 2, -2, 3, -7, 31, 46341, int.MaxValue, int.MinValue];
        foreach (MethodInfo kernel in typeof(MathKernels).GetMethods().Where(m => m.Name.EndsWith("Int", StringComparison.Ordinal)))
        {
            MethodInfo host = typeof(SsmDsl.Ilgpu.Numerics.DeviceIntegers).GetMethod(kernel.Name[..^3])!;
            bool isPosition = kernel.Name is "FloorDivideInt" or "CeilingInt" or "ModuloInt";
            foreach (int b in values.Where(v => !isPosition || v is > 0 and < 100))
            {
                int[] a = [.. values.Where(v => !isPosition || Math.Abs((long)v) < 1 << 30)];
                foreach ((int x, int y) in Run(kernel, a, contracts: false, second: b))
                    Assert.Equal((kernel.Name, x, b, (int)host.Invoke(null, host.GetParameters().Length == 1 ? [x] : [x, b])!), (kernel.Name, x, b, y));
            }
        }

        int item = 0;
        foreach ((_, float y) in Run(typeof(MathKernels).GetMethod(nameof(MathKernels.UniformSingle))!, new float[50], contracts: true))
            Assert.Equal(SsmDsl.Numerics.Philox.Uniform((ulong)item++, 3, 5, 0x123456789ABCDEFUL), y);
    }

    /// <summary>The kernel of a function of one argument.</summary>
    private static MethodInfo? Kernel(string function, string type) => typeof(MathKernels).GetMethod(function + type);

    private List<(T X, T Y)> Run<T>(MethodInfo kernel, T[] x, bool contracts, T second = default)
        where T : unmanaged
    {
        Dictionary<string, PtxFunction> functions = PtxText.Read(compiler.Compile(kernel));
        string entry = functions.Keys.Single(n => n.StartsWith("Kernel_", StringComparison.Ordinal));
        var machine = new PtxMachine(functions, contracts);
        var y = new T[x.Length];
        T[] z = [.. Enumerable.Repeat(second, x.Length)];
        fixed (T* xs = x, ys = y, zs = z)
        {
            // A count and a number, or a count and what fills it up; then views: an address and a length.
            long[] arguments = [(uint)x.Length, (long)xs, x.Length, (long)zs, x.Length, (long)ys, x.Length];
            for (int i = 0; i < x.Length; i++) machine.Run(entry, i, MemoryMarshal.AsBytes<long>(arguments));
        }

        return [.. x.Zip(y)];
    }

    /// <summary>Any bits, and numbers of usual sizes.</summary>
    private static float[] Singles(int count)
    {
        var random = new Random(4);
        float[] edges = [0f, -0f, 1f, -1f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.Epsilon, float.MaxValue, -88f, 89f, 8192f, 8193f];
        return [.. edges, .. Enumerable.Range(0, count).Select(i => i % 4 == 0
            ? BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue))
            : (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-4, 4))))];
    }

    private static double[] Doubles(int count)
    {
        var random = new Random(5);
        double[] edges = [0, -0.0, 1, -1, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, double.MaxValue, 500_001, -745];
        return [.. edges, .. Enumerable.Range(0, count).Select(i => i % 4 == 0
            ? BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue))
            : (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-6, 6)))];
    }
}
