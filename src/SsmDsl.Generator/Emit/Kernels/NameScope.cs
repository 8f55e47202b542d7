using System.Text;

namespace SsmDsl.Emit;

/// <summary>Gives out C# identifiers, each once.</summary>
internal sealed class NameScope(IEnumerable<string> taken)
{
    private static readonly HashSet<string> Keywords =
    [
        .. ("abstract as base bool break byte case catch char checked class const continue decimal default delegate do double else enum " +
            "event explicit extern false finally fixed float for foreach goto if implicit in int interface internal is lock long " +
            "namespace new null object operator out override params private protected public readonly ref return sbyte sealed short " +
            "sizeof stackalloc static string struct switch this throw true try typeof uint ulong unchecked unsafe ushort using virtual " +
            "void volatile while nint nuint var").Split(' '),
    ];

    private readonly HashSet<string> taken = [.. taken];

    public string Take(string hint)
    {
        string name = Identifier(hint), unique = name;
        for (int i = 2; Keywords.Contains(unique) || !taken.Add(unique); i++) unique = $"{name}_{i}";
        return unique;
    }

    /// <summary>Letters, digits and underscores of a name; everything else becomes an underscore.</summary>
    public static string Identifier(string hint)
    {
        var text = new StringBuilder();
        foreach (char c in hint) text.Append(char.IsLetterOrDigit(c) ? c : '_');
        if (text.Length == 0 || char.IsDigit(text[0])) text.Insert(0, '_');
        return text.ToString();
    }
}
