using System.Collections.Immutable;
using System.Text.RegularExpressions;
using SsmDsl.Semantics;

namespace SsmDsl.Parser.Tests.Recurrences;

/// <summary>Equations in short: <c>h[t,n]: h[t-1,n] x[t,*] w[t{-2,-1}]</c> has its reads after the colon.</summary>
internal static partial class Equations
{
    public static (List<DependencyNode> Nodes, List<DependencyRead> Reads) Parse(string text)
    {
        var nodes = new List<DependencyNode>();
        var reads = new List<(string Reader, string[] Indices, Match Read)>();
        foreach (string line in text.Split(';', StringSplitOptions.TrimEntries))
        {
            string[] sides = line.Split(':');
            Match left = ReadPattern().Match(sides[0]);
            string[] indices = Split(left);
            nodes.Add(new DependencyNode(left.Groups[1].Value, indices.Length));
            reads.AddRange(ReadPattern().Matches(sides[1]).Select(m => (left.Groups[1].Value, indices, m)));
        }
        return (nodes, [.. reads.Where(r => nodes.Any(n => n.Key.Equals(r.Read.Groups[1].Value))).Select(r => new DependencyRead(
            r.Reader,
            r.Read.Groups[1].Value,
            [.. r.Indices.Select(i => Split(r.Read).Select(p => Shift(i, p)).ToImmutableArray())],
            $"{r.Reader}<-{r.Read.Value}"))]);
    }

    public static string Show(Schedule schedule) => string.Join(" ",
        schedule.Items.Select(Show).Concat(schedule.Errors.Select(e =>
            $"!{e.Kind}({e.Read.Place}{(e.Other is null ? "" : $", {e.Other.Place}")}){(e.IsCertain ? "" : "?")}")));

    private static string Show(ScheduleItem item) => item switch
    {
        ScheduledNode n => $"{n.Key}",
        ScheduledRecurrence r => $"{(r.Reversed ? "down" : "up")}("
            + string.Join(" ", r.Axes.OrderBy(a => a.Key).Select(a => $"{a.Key}.{a.Value}-{r.Lags[a.Key]}"))
            + $": {string.Join(" ", r.Members.Select(Show))})",
        _ => throw new InvalidOperationException(),
    };

    private static string[] Split(Match read) =>
        read.Groups[2].Value.Length == 0 ? [] : [.. SplitPattern().Split(read.Groups[2].Value)];

    private static AxisShift Shift(string own, string position)
    {
        Match m = PositionPattern().Match(position);
        if (!m.Success || m.Groups["index"].Value != own) return AxisShift.Any;
        if (m.Groups["low"].Success) return new(Size(m.Groups["low"].Value), Size(m.Groups["high"].Value));
        return m.Groups["shift"].Value is { Length: > 0 } shift ? AxisShift.Constant(long.Parse(shift)) : AxisShift.Same;
    }

    private static Dim Size(string text) =>
        long.TryParse(text, out long value) ? value : text[0] == '-' ? -Dim.Of(new DimSymbol(text[1..])) : Dim.Of(new DimSymbol(text[..1])) + long.Parse(text[1..]);

    [GeneratedRegex(@"(\w+)\[(.*?)\]")]
    private static partial Regex ReadPattern();

    [GeneratedRegex(@",(?![^{]*\})")]
    private static partial Regex SplitPattern();

    [GeneratedRegex(@"^(?<index>[a-z]+)(?<shift>[+-]\d+)?(\{(?<low>[^,]+),(?<high>[^,]+)\})?$")]
    private static partial Regex PositionPattern();
}
