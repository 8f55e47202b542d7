using System.Globalization;

namespace SsmDsl.Emit;

/// <summary>Literals of C#.</summary>
internal static class Literals
{
    public static string Of(string? text) => text is null
        ? "null"
        : "\"" + string.Concat(text.Select(c => c is '"' or '\\' ? "\\" + c : IsPlain(c) ? c.ToString() : $"\\u{(int)c:x4}")) + "\"";

    public static string Of(bool value) => value ? "true" : "false";

    public static string Of(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Of(double value) =>
        double.IsNaN(value) ? "double.NaN"
        : double.IsInfinity(value) ? value > 0 ? "double.PositiveInfinity" : "double.NegativeInfinity"
        : value.ToString("R", CultureInfo.InvariantCulture) + "d";

    /// <summary>Apart from control characters, the ends of lines that only some tools know are escaped too.</summary>
    private static bool IsPlain(char c) => !char.IsControl(c) && c is not ('\u0085' or '\u2028' or '\u2029');
}
