using System.IO.Compression;
using System.Numerics.Tensors;
using SsmDsl;

namespace Lambda;

/// <summary>A genome as numbers of its bases, A C G T, cut into windows.</summary>
internal sealed class Genome
{
    private const int Window = 256;
    private readonly int[] bases;

    private Genome(int[] bases) => this.bases = bases;

    public int Length => bases.Length;

    /// <summary>Reads a FASTA file with one sequence, packed with gzip.</summary>
    public static Genome Load(string path)
    {
        var bases = new List<int>();
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        for (int line = 1; reader.ReadLine() is { } row; line++)
        {
            if (row.StartsWith('>')) continue;
            foreach (char c in row.Trim())
            {
                int code = "ACGT".IndexOf(char.ToUpperInvariant(c), StringComparison.Ordinal);
                bases.Add(code >= 0 ? code : throw new DataFileException(path, $"line {line}: '{c}' is no base"));
            }
        }

        return bases.Count > 20 * Window ? new Genome([.. bases]) : throw new DataFileException(path, $"has {bases.Count} bases, more than {20 * Window} are needed");
    }

    /// <summary>Windows that start every <paramref name="stride"/> bases in a part of the genome.</summary>
    public DataSource<GenomeModel.Batch> Windows(double from, double to, int stride)
    {
        int first = (int)(from * bases.Length), last = (int)(to * bases.Length) - Window - 1;
        return new DataSource<GenomeModel.Batch>((last - first) / stride, samples => new GenomeModel.Batch
        {
            Bases = Cut(samples.Span, first, stride),
            Next = Cut(samples.Span, first + 1, stride),
        });
    }

    /// <summary>Bits per base on the test part of a Markov model of some order that was counted on the rest.</summary>
    public double Markov(int order, double split)
    {
        int cut = (int)(split * bases.Length), contexts = 1 << (2 * order);
        var counts = new double[contexts, 4];
        double bits = 0;
        int context = 0;
        for (int i = 0; i < bases.Length; i++)
        {
            if (i >= order)
            {
                double all = Enumerable.Range(0, 4).Sum(b => counts[context, b] + 1);
                if (i >= cut) bits -= Math.Log2((counts[context, bases[i]] + 1) / all);
                else counts[context, bases[i]]++;
            }

            context = (context * 4 + bases[i]) % contexts;
        }

        return bits / (bases.Length - cut);
    }

    private Tensor<int> Cut(ReadOnlySpan<int> samples, int first, int stride)
    {
        var cut = new int[samples.Length * Window];
        for (int i = 0; i < samples.Length; i++) bases.AsSpan(first + samples[i] * stride, Window).CopyTo(cut.AsSpan(i * Window));
        return Tensor.Create(cut, [samples.Length, Window]);
    }
}
