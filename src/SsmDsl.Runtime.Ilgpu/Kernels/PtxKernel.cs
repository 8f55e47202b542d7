using System.Globalization;
using System.Text.RegularExpressions;

namespace SsmDsl.Ilgpu;

/// <summary>What a kernel is made of, read off its PTX; how many registers it takes, only the driver's assembler decides.</summary>
/// <param name="Text">The PTX.</param>
/// <param name="Instructions">Lines that are instructions.</param>
/// <param name="Registers">Virtual registers, in words of 32 bits, predicates left out: many more than are alive at once.</param>
/// <param name="SharedBytes">Shared memory of a group, and <paramref name="LocalBytes"/> memory of a thread that has no place in registers.</param>
/// <param name="Externals">Functions that are declared and not there: the kernel cannot be loaded if there are any.</param>
public sealed partial record PtxKernel(
    string Name, string Text, int Instructions, int Registers, int SharedBytes, int LocalBytes, IReadOnlyList<string> Externals)
{
    internal static PtxKernel Of(string name, string text)
    {
        string[] lines = [.. text.Split('\n').Select(l => l.Trim())];
        return new PtxKernel(
            name,
            text,
            lines.Count(l => l.EndsWith(';') && !l.StartsWith('.')),
            RegisterLine().Matches(text).Sum(m => Words(m.Groups[1].Value) * Number(m.Groups[2].Value)),
            Memory(lines, ".shared"),
            Memory(lines, ".local"),
            [.. lines.Where(l => l.Contains(".extern", StringComparison.Ordinal) && l.Contains(".func", StringComparison.Ordinal))]);
    }

    private static int Memory(IEnumerable<string> lines, string space) =>
        lines.Where(l => l.StartsWith(space, StringComparison.Ordinal) || l.StartsWith(".visible " + space, StringComparison.Ordinal))
            .Select(l => MemoryLine().Match(l))
            .Where(m => m.Success)
            .Sum(m => Number(m.Groups[1].Value) / 8 * Number(m.Groups[2].Value));

    private static int Words(string bits) => bits.EndsWith("64", StringComparison.Ordinal) ? 2 : bits == "pred" ? 0 : 1;

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\.reg\s+\.(\w+)\s+%\w+<(\d+)>")]
    private static partial Regex RegisterLine();

    [GeneratedRegex(@"\.b(\d+)\s+\S+\[(\d+)\]")]
    private static partial Regex MemoryLine();
}
