using System.Globalization;
using System.Text;

namespace SsmDsl.Parsing;

/// <summary>The words of a text, each kept once: a cache, so that a word seen again costs no new string.</summary>
internal sealed class WordTable(string text)
{
    private readonly Word[] cache = new Word[256];

    /// <param name="Text">As in the source.</param>
    /// <param name="Canonical">As it is compared.</param>
    public sealed record Word(string Text, string Canonical, TokenKind Kind);

    public Word At(int start, int length)
    {
        int hash = length;
        for (int i = start; i < start + length; i++) hash = unchecked((hash * 31) + text[i]);
        ref Word cached = ref cache[(hash ^ (hash >> 8)) & 255];
        if (cached is null || cached.Text.Length != length || string.CompareOrdinal(cached.Text, 0, text, start, length) != 0)
            cached = Read(text.Substring(start, length));
        return cached;
    }

    private static Word Read(string word)
    {
        string canonical = Canonical(word);
        return new Word(word, canonical, Vocabulary.KindOfWord(canonical));
    }

    /// <summary>Form C without formatting characters: C# compares identifiers so.</summary>
    private static string Canonical(string word)
    {
        if (word.All(c => c < 0x80)) return word;
        string composed = word.Normalize(NormalizationForm.FormC);
        return new string([.. composed.Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.Format)]);
    }
}
