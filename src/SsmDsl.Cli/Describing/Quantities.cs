using System.Globalization;

namespace SsmDsl.Cli.Describing;

/// <summary>Numbers as people read them.</summary>
internal static class Quantities
{
    private static readonly string[] Prefixes = ["", "k", "M", "G", "T", "P"];

    /// <summary>With three digits and a prefix: <c>12.3 M</c>.</summary>
    public static string Count(double value) => Scaled(value, 1000, Prefixes);

    /// <summary><c>12.3 MiB</c></summary>
    public static string Bytes(double value) => Scaled(value, 1024, ["B", "KiB", "MiB", "GiB", "TiB"]);

    /// <summary>All digits, in groups: <c>1,234,567</c>.</summary>
    public static string Exact(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>With four significant digits.</summary>
    public static string Short(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    private static string Scaled(double value, double factor, string[] units)
    {
        int unit = 0;
        while (value >= factor && unit < units.Length - 1)
        {
            value /= factor;
            unit++;
        }

        string number = value.ToString(unit == 0 || value >= 100 ? "F0" : value >= 10 ? "F1" : "F2", CultureInfo.InvariantCulture);
        return units[unit].Length == 0 ? number : $"{number} {units[unit]}";
    }
}
