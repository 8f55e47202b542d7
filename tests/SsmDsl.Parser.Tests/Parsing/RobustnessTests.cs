using System.Diagnostics;
using System.Text;
using SsmDsl.Parsing;

namespace SsmDsl.Parser.Tests.Parsing;

public class RobustnessTests
{
    private const int Megabyte = 1 << 20;

    private static string Repeat(string text, int length) => new StringBuilder().Insert(0, text, length / text.Length).ToString();

    /// <summary>Parses on a small stack, as that of a compiler server's thread.</summary>
    private static ParseResult ParseOnSmallStack(string text)
    {
        ParseResult? result = null;
        var thread = new Thread(() => result = Shown.Parse(text), 1024 * 1024);
        thread.Start();
        Assert.True(thread.Join(TimeSpan.FromSeconds(60)));
        return result!;
    }

    [Theory]
    [InlineData("", "x[t] + ", "1", 0)]
    [InlineData("", "a * b - c / ", "1", 0)]
    [InlineData("x", " |> f(p: 1) as g", "", 0)]
    [InlineData("", "a and b or ", "c", 0)]
    [InlineData("f(", "a, ", "b)", 0)]
    [InlineData("", "(", "", 1)]
    [InlineData("", "a[f(", "", 1)]
    [InlineData("", "-", "1", 1)]
    [InlineData("", "2^", "1", 1)]
    [InlineData("true == ", "not ", "true", 1)]
    [InlineData("", "not ", "true", 1)]
    [InlineData("", "sum[k] ", "x", 1)]
    [InlineData("", "if a then b else ", "x", 1)]
    [InlineData("", "if ", "x", 1)]
    [InlineData("", "/* ", "", 1)]
    [InlineData("", "\u0301", "", 1)]
    public void A_megabyte_in_one_expression_is_read_or_refused(string front, string part, string end, int errors)
    {
        ParseResult result = ParseOnSmallStack("const c = " + front + Repeat(part, Megabyte) + end + "\nconst d = 1");
        Assert.Equal(errors, result.Diagnostics.Length);
        Assert.Equal(2 - errors, result.File.Declarations.Length + (part == "/* " ? 1 : 0));
    }

    [Fact]
    public void Nesting_to_256_levels_is_read_and_deeper_nesting_is_refused_at_its_token()
    {
        string Nested(int depth, string open, string close) => string.Concat(Enumerable.Repeat(open, depth)) + "x" + string.Concat(Enumerable.Repeat(close, depth));
        Assert.Empty(ParseOnSmallStack("const c = " + Nested(256, "(", ")")).Diagnostics);
        Assert.Empty(ParseOnSmallStack("const c = " + Nested(64, "-sum[k] f[if a then 1 else ", "](y)")).Diagnostics);
        string deep = "const c = " + Nested(300, "(", ")") + "\nconst d = ?";
        var errors = ParseOnSmallStack(deep).Diagnostics;
        Assert.Equal(2, errors.Length);
        Assert.Contains("nested more than 256 levels deep", errors[0].Message);
        Assert.Equal(("const c = ".Length + 256, deep.Length - 1), (errors[0].Span.Start, errors[1].Span.Start));
        string blocks = "layer A -> y: real { " + Nested(300, "repeat 2 { ", "}").Replace("x", "y = 1") + " }\nconst c = 1";
        ParseResult result = ParseOnSmallStack(blocks);
        Assert.Contains("nested more than 256 levels deep", Assert.Single(result.Diagnostics).Message);
        Assert.Contains(result.File.Declarations, d => d.Name.Text == "c");
    }

    [Theory]
    [InlineData("    h[t, n] = lambda[n] * h[t-1, n] + gamma[n] * sum[d] B[n, d] * u[t, d]\n")]
    [InlineData("    param B: complex[N, D] = (normal(0, 1) + 1i*normal(0, 1)) / sqrt(2*D)\n")]
    [InlineData("    x = (a + \n")]
    [InlineData("    ) = { [\n")]
    [InlineData("} {\n")]
    [InlineData("repeat\n")]
    [InlineData("layer A(x\n")]
    [InlineData("layer A {\n")]
    [InlineData("@a(\n")]
    [InlineData("a[\n")]
    public void Time_grows_in_proportion_to_length(string line)
    {
        double Milliseconds(int length)
        {
            string text = "layer A -> y: real {\n" + Repeat(line, length) + "}";
            var clock = Stopwatch.StartNew();
            ParseOnSmallStack(text);
            return clock.Elapsed.TotalMilliseconds;
        }
        Milliseconds(Megabyte / 16);
        double small = Math.Min(Milliseconds(Megabyte / 8), Milliseconds(Megabyte / 8));
        double limit = Math.Max(32 * small, 3000), large = Milliseconds(Megabyte);

        // Other work on the machine does not come back at once, quadratic time does.
        if (large > limit) large = Milliseconds(Megabyte);
        Assert.InRange(large, 0, limit);
    }

    [Theory]
    [InlineData(new byte[] { 0xEF, 0xBB, 0xBF, (byte)'?' }, 0, "unexpected character '?'")]
    [InlineData(new byte[] { (byte)'/', (byte)'/', 0xCE, 0xBB, 0xFF, (byte)'x' }, 3, "unexpected byte 0xFF, no UTF-8; expected a file in UTF-8")]
    [InlineData(new byte[] { (byte)'/', (byte)'/', 0xC3 }, 2, "unexpected byte 0xC3")]
    [InlineData(new byte[] { (byte)'/', (byte)'/', 0xED, 0xA0, 0x80 }, 2, "unexpected byte 0xED")]
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)'a', 0 }, 0, "unexpected text in UTF-16")]
    [InlineData(new byte[] { 0xFE, 0xFF, 0, (byte)'a' }, 0, "unexpected text in UTF-16")]
    [InlineData(new byte[] { 0xFF, 0xFE, 0, 0, (byte)'a', 0, 0, 0 }, 0, "unexpected text in UTF-32")]
    [InlineData(new byte[] { (byte)'l', 0, (byte)'a', 0, (byte)'?' }, 1, "unexpected character NUL (U+0000)")]
    public void Text_in_another_encoding_is_one_error_at_its_place(byte[] bytes, int start, string message)
    {
        var error = Assert.Single(FileParser.Parse(bytes, "a.ssm").Diagnostics);
        Assert.Equal(("SSM0001", start), (error.Code.Id, error.Span.Start));
        Assert.StartsWith(message, error.Message);
    }

    [Theory]
    [InlineData("const c = 1\n// \uFFFD here\nconst d = 2\n", 15, 2)]
    [InlineData("/// \uFFFD\nconst c = ?\nconst d = 2 // \uFFFD\n", 4, 1)]
    [InlineData("const \uFFFD = 1 // \uFFFD\n", 6, 0)]
    public void What_was_no_UTF_8_is_an_error_in_comments_too(string text, int start, int declarations)
    {
        ParseResult result = Shown.Parse(text);
        Assert.Equal(declarations, result.File.Declarations.Length);
        Assert.Equal(("SSM0001", start), (result.Diagnostics[0].Code.Id, result.Diagnostics[0].Span.Start));
        Assert.Contains("UTF-8", result.Diagnostics[0].Message);
        Assert.Single(result.Diagnostics, d => d.Message.Contains("UTF-8"));
    }

    [Fact]
    public void Text_with_a_mark_and_any_line_ends_is_read_with_right_positions()
    {
        byte[] bytes = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes("const \u03BB = 1\r\nconst b = 2\rconst c = \U0001D53B\n")];
        ParseResult result = FileParser.Parse(bytes, "a.ssm");
        Assert.Equal(["λ", "b"], result.File.Declarations.Select(d => d.Name.Text));
        Assert.Equal((1, 7), (result.File.Declarations[0].Name.Span.StartPosition.Line, result.File.Declarations[0].Name.Span.StartPosition.Column));
        var error = Assert.Single(result.Diagnostics);
        Assert.Equal("a.ssm(3,11)", error.Span.ToString());
        Assert.Equal(2, error.Span.Length);
        Assert.Empty(FileParser.Parse([], "empty.ssm").Diagnostics);
    }

    [Fact]
    public void Any_sequence_of_tokens_ends_in_a_result_with_spans_in_the_text()
    {
        string[] words =
        [
            .. Vocabulary.Keywords.Keys, .. Vocabulary.Signs.Select(s => s.Text), .. Vocabulary.ReductionWords,
            "x", "y", "1", "0.5", "2i", "\"D\"", "\n", "\n", "\n", "\n", "/// doc\n", "{", "}", "=", "layer A(x: real) -> y: real {\n",
            "\ny = ", "repeat 2 as b {", "$", "_", "\uD800", "/*", "param w: real = ",
        ];
        var random = new Random(20240607);
        for (int round = 0; round < 4000; round++)
        {
            string text = string.Join(random.Next(3) == 0 ? "" : " ", Enumerable.Range(0, random.Next(1, 60)).Select(_ => words[random.Next(words.Length)]));
            ParseResult result = Shown.Parse(text);
            Assert.All(result.Diagnostics, d => Assert.True(0 <= d.Span.Start && d.Span.Start <= d.Span.End && d.Span.End <= text.Length && d.Message.Length > 0, text));
            Assert.True(result.Diagnostics.Select(d => d.Span.Start).Distinct().Count() == result.Diagnostics.Length, text);
            Assert.All(result.File.Declarations, d => Assert.InRange(d.Span.End, d.Span.Start, text.Length));
        }
    }
}
