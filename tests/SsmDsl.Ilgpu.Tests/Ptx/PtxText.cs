using System.Text.RegularExpressions;

namespace SsmDsl.Ilgpu.Tests.Ptx;

/// <summary>An instruction: <c>@p op a, b, c</c>.</summary>
/// <param name="Guard">The predicate that has to hold, or null.</param>
/// <param name="Unless">It has not to hold instead.</param>
/// <param name="Op">Parts of the name between dots.</param>
internal sealed record PtxInstruction(string? Guard, bool Unless, string[] Op, string[] Operands);

/// <summary>A function as text of PTX has it.</summary>
/// <param name="Result">The parameter that the result goes to, or null.</param>
/// <param name="Labels">Numbers of the instructions that labels stand before.</param>
/// <param name="Targets">Tables of labels for branches by index.</param>
internal sealed record PtxFunction(
    string Name, string? Result, string[] Parameters, IReadOnlyList<PtxInstruction> Body, IReadOnlyDictionary<string, int> Labels, IReadOnlyDictionary<string, string[]> Targets)
{
    /// <summary>How often a register is read.</summary>
    public IReadOnlyDictionary<string, int> Reads { get; } = Body
        .SelectMany(i => i.Op[0] is "st" or "bra" ? i.Operands : i.Operands.Skip(1))
        .SelectMany(o => Regex.Matches(o, "%[a-z]+[0-9]+").Select(m => m.Value))
        .GroupBy(r => r)
        .ToDictionary(g => g.Key, g => g.Count());
}

/// <summary>Reads the PTX that ILGPU writes.</summary>
internal static partial class PtxText
{
    public static Dictionary<string, PtxFunction> Read(string text)
    {
        text = Comment().Replace(text, "");
        var functions = new Dictionary<string, PtxFunction>();
        foreach (Match match in Header().Matches(text))
        {
            int open = match.Index + match.Length - 1, close = End(text, open);
            string[] parameters = [.. Names().Matches(match.Groups["parameters"].Value).Select(m => m.Groups[1].Value)];
            functions[match.Groups["name"].Value] = Body(match.Groups["name"].Value, match.Groups["result"] is { Success: true } r ? r.Value : null, parameters, text[(open + 1)..close]);
        }

        return functions;
    }

    private static PtxFunction Body(string name, string? result, string[] parameters, string text)
    {
        var body = new List<PtxInstruction>();
        var labels = new Dictionary<string, int>();
        var targets = new Dictionary<string, string[]>();
        string label = "";
        foreach (string part in text.Replace('{', ' ').Replace('}', ' ').Split(';'))
        {
            string statement = part.Trim();
            for (Match m = Label().Match(statement); m.Success; m = Label().Match(statement))
            {
                label = m.Groups[1].Value;
                labels[label] = body.Count;
                statement = statement[m.Length..].Trim();
            }

            if (statement.StartsWith(".branchtargets", StringComparison.Ordinal)) targets[label] = [.. statement[".branchtargets".Length..].Split(',').Select(t => t.Trim())];
            if (statement.Length == 0 || statement[0] == '.') continue;
            Match i = Instruction().Match(statement);
            string operands = i.Groups["operands"].Value.Replace('(', ' ').Replace(')', ' ');
            body.Add(new PtxInstruction(
                i.Groups["guard"].Success ? i.Groups["guard"].Value : null,
                i.Groups["not"].Length > 0,
                i.Groups["op"].Value.Split('.'),
                [.. operands.Split(',').Select(o => o.Trim()).Where(o => o.Length > 0)]));
        }

        return new PtxFunction(name, result, parameters, body, labels, targets);
    }

    private static int End(string text, int open)
    {
        int depth = 0;
        for (int at = open; ; at++)
        {
            if (text[at] == '{') depth++;
            if (text[at] == '}' && --depth == 0) return at;
        }
    }

    [GeneratedRegex(@"//[^\n]*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\.visible\s+\.(?:entry|func)\s*(?:\(\.param\s+\.\w+\s+(?<result>\w+)\))?\s*(?<name>\w+)\s*\((?<parameters>[^)]*)\)\s*\{")]
    private static partial Regex Header();

    [GeneratedRegex(@"(\w+)(?:\[\d+\])?\s*(?:,|$)")]
    private static partial Regex Names();

    [GeneratedRegex(@"^(L_\w+):")]
    private static partial Regex Label();

    [GeneratedRegex(@"^(?:@(?<not>!?)(?<guard>%\w+)\s+)?(?<op>[a-z0-9_.]+)\s*(?<operands>.*)$", RegexOptions.Singleline)]
    private static partial Regex Instruction();
}
