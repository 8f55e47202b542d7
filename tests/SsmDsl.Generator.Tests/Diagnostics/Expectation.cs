using System.Text.RegularExpressions;
using SsmDsl.Diagnostics;
using SsmDsl.Text;

namespace SsmDsl.Generator.Tests.Diagnostics;

/// <summary>A finding at a place of a file; the end is exclusive, all count from 1.</summary>
internal sealed record Place(string File, int Line, int Column, int EndColumn, string Code)
{
    public static Place Of(Diagnostic finding) => Of(finding.Span, finding.Code.Id);

    public static Place Of(SourceSpan span, string code) =>
        new(span.File.Path, span.StartPosition.Line, span.StartPosition.Column, EndOf(span), code);

    /// <summary>Of a span over several lines, how many columns it would end at if it were one.</summary>
    private static int EndOf(SourceSpan span) => span.StartPosition.Column + Math.Max(span.Length, 1);

    public override string ToString() => $"{File}({Line},{Column}-{EndColumn}): {Code}";
}

/// <summary>
/// What a text says of its own mistakes, in comments under the line that they are about:
/// <code>
///     y[t] = x[t, d]
///     //          ^ SSM0204          a finding
///     //       ~ SSM0203             the other place of one
/// // @1-6 SSM0001                    a finding at columns 1 to 5, where no comment has room for a mark
/// // check: SSM0304                  findings of a code that is not looked at otherwise
/// </code>
/// </summary>
internal sealed partial record Expectation(HashSet<Place> Findings, HashSet<Place> Others, HashSet<string> Codes)
{
    public static Expectation Of(IEnumerable<SourceFile> files)
    {
        var expectation = new Expectation([], [], []);
        foreach (SourceFile file in files) expectation.Read(file);
        return expectation;
    }

    private void Read(SourceFile file)
    {
        int line = 0, about = 0;
        foreach (string text in file.Text.Split('\n'))
        {
            line++;
            if (Mark().Match(text) is { Success: true } mark)
            {
                Group sign = mark.Groups["mark"];
                var place = new Place(file.Path, about, sign.Index + 1, sign.Index + sign.Length + 1, mark.Groups["code"].Value);
                Add(place, isOther: sign.Value[0] == '~');
            }
            else if (Columns().Match(text) is { Success: true } columns)
            {
                Add(new Place(file.Path, about, Number(columns, "from"), Number(columns, "to"), columns.Groups["code"].Value), columns.Groups["other"].Success);
            }
            else
            {
                if (Check().Match(text) is { Success: true } check) Codes.Add(check.Groups["code"].Value);
                about = line;
            }
        }
    }

    private void Add(Place place, bool isOther)
    {
        (isOther ? Others : Findings).Add(place);
        Codes.Add(place.Code);
    }

    private static int Number(Match match, string group) =>
        int.Parse(match.Groups[group].ValueSpan, System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^ *// *(?<mark>\^+|~+) (?<code>SSM\d{4})\s*$")]
    private static partial Regex Mark();

    [GeneratedRegex(@"^// @(?<from>\d+)-(?<to>\d+) (?<other>~)?(?<code>SSM\d{4})\s*$")]
    private static partial Regex Columns();

    [GeneratedRegex(@"^// check: (?<code>SSM\d{4})\s*$")]
    private static partial Regex Check();
}
