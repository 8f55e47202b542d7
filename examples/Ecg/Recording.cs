using System.Numerics.Tensors;
using SsmDsl;

namespace Ecg;

/// <summary>An electrocardiogram at 90 samples a second, with mean 0 and variance 1.</summary>
internal sealed class Recording
{
    /// <summary>How far ahead forecasts look: 10 samples, a ninth of a second.</summary>
    public const int Ahead = 10;

    private const int Window = 270;
    private const int Thinning = 4;
    private const double UnitsPerMillivolt = 200;
    private readonly float[] values;

    private Recording(float[] values, double millivolts) => (this.values, Millivolts) = (values, millivolts);

    /// <summary>What 1 stands for.</summary>
    public double Millivolts { get; }

    /// <summary>Reads values of the converter, 360 a second, and averages four at a time.</summary>
    public static Recording Load(string path)
    {
        float[] raw = CsvFile.Read<float>(path).Values;
        if (raw.Length < 100 * Window) throw new DataFileException(path, $"has {raw.Length} samples, at least {100 * Window} are needed");
        float[] thin = [.. raw.Chunk(Thinning).Where(c => c.Length == Thinning).Select(c => c.Average())];
        double mean = thin.Average(v => (double)v);
        double deviation = Math.Sqrt(thin.Average(v => (v - mean) * (v - mean)));
        return new Recording([.. thin.Select(v => (float)((v - mean) / deviation))], deviation / UnitsPerMillivolt);
    }

    /// <summary>Windows that start every <paramref name="stride"/> samples in a part of the recording.</summary>
    public DataSource<HeartModel.Batch> Windows(double from, double to, int stride)
    {
        int first = (int)(from * values.Length), last = (int)(to * values.Length) - Window - Ahead;
        return new DataSource<HeartModel.Batch>((last - first) / stride, samples => new HeartModel.Batch
        {
            Signal = Cut(samples.Span, first, stride),
            Future = Cut(samples.Span, first + Ahead, stride),
        });
    }

    /// <summary>Mean square error of the forecast that nothing changes.</summary>
    public double SquareOfPersistence(double from, double to)
    {
        int first = (int)(from * values.Length), last = (int)(to * values.Length) - Ahead;
        return Enumerable.Range(first, last - first).Average(i => Math.Pow(values[i + Ahead] - values[i], 2));
    }

    private Tensor<float> Cut(ReadOnlySpan<int> samples, int first, int stride)
    {
        var cut = new float[samples.Length * Window];
        for (int i = 0; i < samples.Length; i++) values.AsSpan(first + samples[i] * stride, Window).CopyTo(cut.AsSpan(i * Window));
        return Tensor.Create(cut, [samples.Length, Window, 1]);
    }
}
