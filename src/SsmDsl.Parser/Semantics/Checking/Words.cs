using System.Collections.Immutable;
using SsmDsl.Diagnostics;
using SsmDsl.Syntax;

namespace SsmDsl.Semantics.Checking;

/// <summary>Names that belong to the language, and how names are compared and completed.</summary>
internal static class Words
{
    /// <summary>Functions and values that no program may declare (SSM0102).</summary>
    private static readonly ImmutableHashSet<string> Reserved =
    [
        "sum", "mean", "max", "min", "prod", "logsumexp", "argmax", "argmin", "softmax",
        "pi", "random", "training", "uniform", "normal", "hippo_legs_lambda", "hippo_legs_p", "ceil",
        .. Functions.Names,
    ];

    public static bool IsFree(Name name) => !Reserved.Contains(name.Text);

    /// <summary>Reports a reserved word that is declared as a name; true if the name is free.</summary>
    public static bool RequireFree(Name name, DiagnosticSink sink)
    {
        if (IsFree(name)) return true;
        sink.Report(DiagnosticCodes.DeclaredTwice, name.Span, $"'{name.Text}' is a word of the language and cannot name anything else; choose another name");
        return false;
    }

    /// <summary><c>ABCScan</c> abc_scan, <c>X4d</c> x4d, <c>MyABC</c> my_abc.</summary>
    public static string SnakeCase(string name)
    {
        var text = new System.Text.StringBuilder(name.Length + 4);
        for (int i = 0; i < name.Length; i++)
        {
            bool isUpper = char.IsUpper(name[i]);
            bool afterWord = i > 0 && (char.IsLower(name[i - 1]) || char.IsDigit(name[i - 1]));
            bool startsWord = i > 0 && char.IsUpper(name[i - 1]) && i + 1 < name.Length && char.IsLower(name[i + 1]);
            if (isUpper && (afterWord || startsWord)) text.Append('_');
            text.Append(char.ToLowerInvariant(name[i]));
        }
        return text.ToString();
    }

    /// <summary>The known name nearest to a mistyped one, or null if none is near.</summary>
    public static string? Nearest(string name, IEnumerable<string> known)
    {
        int limit = Math.Max(1, name.Length / 3);
        return known.Where(k => Math.Abs(k.Length - name.Length) <= limit).Distinct()
            .Select(k => (Name: k, Distance: Distance(name, k)))
            .Where(k => k.Distance <= limit && k.Distance < name.Length)
            .OrderBy(k => k.Distance).ThenBy(k => k.Name, StringComparer.Ordinal)
            .Select(k => k.Name).FirstOrDefault();
    }

    public static string? Suggest(string name, IEnumerable<string> known) =>
        Nearest(name, known) is { } nearest ? $"did you mean '{nearest}'?" : null;

    /// <summary>Insertions, deletions, replacements and swaps of neighbours.</summary>
    private static int Distance(string a, string b)
    {
        if (string.Equals(a, b, StringComparison.OrdinalIgnoreCase)) return 1;
        int[,] d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (int j = 0; j <= b.Length; j++) d[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(replaced, Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }
        return d[a.Length, b.Length];
    }
}
