using System.Text;
using System.Text.Json;

namespace SsmDsl.Cli.Tests.CommandLines;

public class CheckTests
{
    private const string Good = "model M(x: real[T, 2]) -> y: real[T, 3] { y = x |> Linear[3] }\n";
    private const string Bad = "model M(x: real[T, 2]) -> y: real[T, 3] {\n    y = x |> Linar[3]\n}\n";
    private const string Doubtful = "model M(x: real[T, 2]) -> y: real[T, 3] {\n    param w: real = 1\n    y = x |> Linear[3]\n}\n";

    [Fact]
    public void Good_files_give_nothing()
    {
        using var folder = new Folder();
        Outcome outcome = Tool.Run("check", folder.Add("m.ssm", Good)).Expect(0);
        Assert.Equal(("", ""), (outcome.Output, outcome.Error));
        Assert.Equal("[]", Tool.Run("check", folder["m.ssm"], "--json").Expect(0).Output.Trim());
    }

    [Fact]
    public void Findings_go_to_standard_output()
    {
        using var folder = new Folder();
        Outcome outcome = Tool.Run("check", folder.Add("m.ssm", Bad)).Expect(1);
        Assert.StartsWith($"{folder["m.ssm"]}(2,14): error SSM0101: ", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("Linear", outcome.Output, StringComparison.Ordinal);
        Assert.Equal("", outcome.Error);
    }

    [Fact]
    public void Json_stands_alone()
    {
        using var folder = new Folder();
        Outcome outcome = Tool.Run("check", folder.Add("m.ssm", Bad), "--json").Expect(1);
        using JsonDocument json = JsonDocument.Parse(outcome.Output);
        JsonElement entry = Assert.Single(json.RootElement.EnumerateArray());
        Assert.Equal(folder["m.ssm"], entry.GetProperty("file").GetString());
        Assert.Equal((2, 14, 2, 19), (Number("line"), Number("column"), Number("endLine"), Number("endColumn")));
        Assert.Equal(("error", "SSM0101"), (entry.GetProperty("severity").GetString(), entry.GetProperty("code").GetString()));
        Assert.NotEqual("", entry.GetProperty("message").GetString());

        int Number(string name) => entry.GetProperty(name).GetInt32();
    }

    [Fact]
    public void Warnings_are_errors_on_demand()
    {
        using var folder = new Folder();
        Assert.Contains("(2,11): warning SSM0103", Tool.Run("check", folder.Add("m.ssm", Doubtful)).Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("(2,11): error SSM0103", Tool.Run("check", folder["m.ssm"], "--warnaserror").Expect(1).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("error", 1)]
    [InlineData("suggestion", 0)]
    [InlineData("none", 0)]
    public void Severities_come_from_editor_settings(string severity, int exitCode)
    {
        using var folder = new Folder();
        folder.Add(".editorconfig", $"root = true\n[*.ssm]\nssm_diagnostic.SSM0103.severity = {severity}\n");
        Outcome outcome = Tool.Run("check", folder.Add("m.ssm", Doubtful)).Expect(exitCode);
        Assert.Equal(severity == "none", outcome.Output.Length == 0);
    }

    [Fact]
    public void Folders_are_searched_and_files_see_each_other()
    {
        using var folder = new Folder();
        folder.Add("models/m.ssm", "model M(x: real[T, 2]) -> y: real[T, 2] { y = x |> Twice }");
        folder.Add("layers/deep/twice.ssm", "layer Twice(x: real[D]) -> y: real[D] { y = 2 * x }");
        folder.Add("obj/old.ssm", "nonsense");
        folder.Add("notes.txt", "nonsense");
        Assert.Equal("", Tool.Run("check", folder.Path).Expect(0).Output);
        Assert.Contains("SSM0101", Tool.Run("check", folder["models"]).Expect(1).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_there_is_said()
    {
        using var folder = new Folder();
        Assert.Contains("none.ssm", Tool.Run("check", folder["none.ssm"]).Expect(3).Error, StringComparison.Ordinal);
        Assert.Contains("no .ssm file", Tool.Run("check", folder.Path).Expect(3).Error, StringComparison.Ordinal);
        Assert.Contains("--frob", Tool.Run("check", folder.Path, "--frob").Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_encoding_with_a_mark_is_read()
    {
        using var folder = new Folder();
        foreach (Encoding encoding in new Encoding[] { Encoding.UTF8, Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32 })
        {
            File.WriteAllText(folder["m.ssm"], Good.Replace("M(", "Größe(", StringComparison.Ordinal), encoding);
            Assert.Equal("", Tool.Run("check", folder["m.ssm"]).Expect(0).Output);
        }
    }

    [Fact]
    public void Bytes_that_are_no_text_are_errors_where_they_stand()
    {
        using var folder = new Folder();
        File.WriteAllBytes(folder["latin.ssm"], Encoding.Latin1.GetBytes("layer Größe(x: real[D]) -> y: real[D] { y = x }"));
        Assert.Contains("latin.ssm(1,9): error SSM0001", Tool.Run("check", folder["latin.ssm"]).Expect(1).Output, StringComparison.Ordinal);
        var random = new Random(1);
        var noise = new byte[20_000];
        random.NextBytes(noise);
        File.WriteAllBytes(folder["noise.ssm"], noise);
        Assert.Contains("SSM0001", Tool.Run("check", folder["noise.ssm"]).Expect(1).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_megabyte_is_read()
    {
        using var folder = new Folder();
        var text = new StringBuilder();
        for (int i = 0; text.Length < 1_000_000; i++) text.Append("fn f").Append(i).Append("(x) = 2*x + ").Append(i).Append('\n');
        Assert.Equal("", Tool.Run("check", folder.Add("m.ssm", text.ToString())).Expect(0).Output);
    }
}
