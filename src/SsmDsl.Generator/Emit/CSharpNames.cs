using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace SsmDsl.Emit;

/// <summary>
/// Names of C# members from names in the source: snake_case becomes PascalCase; a name that meets another, its enclosing type or
/// a generated member takes <c>_</c>. The result depends on the set of names only, not on their order.
/// </summary>
public static class CSharpNames
{
    /// <summary>What every type has from object and every record from the compiler.</summary>
    public static readonly ImmutableHashSet<string> OfEveryType =
    [
        "Equals", "GetHashCode", "GetType", "ToString", "MemberwiseClone", "ReferenceEquals", "Finalize",
        "Deconstruct", "PrintMembers", "EqualityContract", "Clone",
    ];

    private static readonly HashSet<string> Keywords = new(StringComparer.Ordinal)
    {
        "abstract", "as", "base", "bool", "break", "byte", "case", "catch", "char", "checked", "class", "const", "continue",
        "decimal", "default", "delegate", "do", "double", "else", "enum", "event", "explicit", "extern", "false", "finally",
        "fixed", "float", "for", "foreach", "goto", "if", "implicit", "in", "int", "interface", "internal", "is", "lock", "long",
        "namespace", "new", "null", "object", "operator", "out", "override", "params", "private", "protected", "public",
        "readonly", "ref", "return", "sbyte", "sealed", "short", "sizeof", "stackalloc", "static", "string", "struct", "switch",
        "this", "throw", "true", "try", "typeof", "uint", "ulong", "unchecked", "unsafe", "ushort", "using", "virtual", "void",
        "volatile", "while",
    };

    /// <summary>A member name for each source name.</summary>
    /// <param name="names">Distinct names of one scope.</param>
    /// <param name="reserved">Names that the scope has already, the enclosing type's among them.</param>
    public static ImmutableDictionary<string, string> Members(IEnumerable<string> names, IEnumerable<string> reserved)
    {
        var taken = new HashSet<string>(OfEveryType, StringComparer.Ordinal);
        taken.UnionWith(reserved);
        var result = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);

        // A name that already is what it becomes has the first claim; the others follow in an order of their own.
        foreach (string name in names.OrderBy(n => Pascal(n) == n.TrimEnd('.') ? 0 : 1).ThenBy(n => n, StringComparer.Ordinal))
        {
            string member = Pascal(name);
            while (!taken.Add(member)) member += "_";
            result[name] = member;
        }

        return result.ToImmutable();
    }

    /// <summary>Parameter names of a method: camelCase, keywords escaped, distinct and apart from <paramref name="reserved"/>.</summary>
    public static ImmutableDictionary<string, string> Parameters(IEnumerable<string> names, IEnumerable<string> reserved)
    {
        var taken = new HashSet<string>(reserved, StringComparer.Ordinal);
        var result = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (string name in names.OrderBy(n => Camel(n) == n ? 0 : 1).ThenBy(n => n, StringComparer.Ordinal))
        {
            string parameter = Camel(name);
            while (!taken.Add(parameter)) parameter += "_";
            result[name] = Escape(parameter);
        }

        return result.ToImmutable();
    }

    /// <summary><c>nu_log</c> NuLog, <c>A_log</c> ALog, <c>λ</c> Λ, <c>D</c> D, <c>weight_ih_l0</c> WeightIhL0.</summary>
    public static string Pascal(string name)
    {
        var text = new StringBuilder(name.Length);
        bool upper = true;
        foreach (char c in name.Normalize(NormalizationForm.FormC))
        {
            if (!IsPart(c))
            {
                upper = true;
                continue;
            }

            text.Append(upper ? char.ToUpperInvariant(c) : c);
            upper = false;
        }

        if (text.Length == 0) return "_";
        return IsStart(text[0]) ? text.ToString() : "_" + text;
    }

    /// <summary>As <see cref="Pascal"/>, with a lower-case first letter where the name begins with one capital: <c>Pixels</c> pixels.</summary>
    public static string Camel(string name)
    {
        string pascal = Pascal(name);
        return pascal.Length > 0 && char.IsUpper(pascal[0]) ? char.ToLowerInvariant(pascal[0]) + pascal.Substring(1) : pascal;
    }

    public static string Escape(string name) => Keywords.Contains(name) ? "@" + name : name;

    private static bool IsStart(char c) => char.IsLetter(c) || char.GetUnicodeCategory(c) == UnicodeCategory.LetterNumber;

    // Letters beyond the basic plane are none in C#.
    private static bool IsPart(char c) => char.IsLetter(c) || char.GetUnicodeCategory(c) is
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber
        or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
