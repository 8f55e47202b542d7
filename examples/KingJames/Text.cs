using System.IO.Compression;
using System.Numerics.Tensors;
using SsmDsl;

namespace KingJames;

/// <summary>A text as numbers of its characters, cut into windows.</summary>
internal sealed class Text
{
    private const int Window = 192;
    private readonly int[] codes;

    private Text(int[] codes, char[] characters) => (this.codes, Characters) = (codes, characters);

    /// <summary>The different characters, in order.</summary>
    public char[] Characters { get; }

    /// <summary>Reads the verses, without the references in front of them.</summary>
    public static Text Load(string path)
    {
        var verses = new List<string>();
        using (var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress)))
        {
            while (reader.ReadLine() is { } line)
            {
                int space = line.IndexOf(' ', StringComparison.Ordinal);
                if (space > 0) verses.Add(line[(space + 1)..]);
            }
        }

        if (verses.Count == 0) throw new DataFileException(path, "there are no verses in it");
        string text = string.Join('\n', verses);
        char[] characters = [.. text.Distinct().Order()];
        return new Text([.. text.Select(c => Array.BinarySearch(characters, c))], characters);
    }

    /// <summary>Windows spread evenly over a part of the text, each with the characters that follow.</summary>
    /// <param name="from">Where the part starts, as a share of the text.</param>
    /// <param name="to">Where it ends.</param>
    /// <param name="count">Number of windows.</param>
    public DataSource<CharacterModel.Batch> Windows(double from, double to, int count)
    {
        int first = (int)(from * codes.Length), last = (int)(to * codes.Length) - Window - 1;
        return new DataSource<CharacterModel.Batch>(count, samples =>
        {
            var tokens = new int[samples.Length * Window];
            var next = new int[tokens.Length];
            for (int i = 0; i < samples.Length; i++)
            {
                int start = first + (int)((long)samples.Span[i] * (last - first) / count);
                codes.AsSpan(start, Window).CopyTo(tokens.AsSpan(i * Window));
                codes.AsSpan(start + 1, Window).CopyTo(next.AsSpan(i * Window));
            }

            return new CharacterModel.Batch
            {
                Tokens = Tensor.Create(tokens, [samples.Length, Window]),
                Next = Tensor.Create(next, [samples.Length, Window]),
            };
        });
    }
}
