using System.Text.RegularExpressions;

namespace SsmDsl.Package.Tests;

/// <summary>The README's first model, done literally with the packed package.</summary>
[Collection("packed")]
public sealed class ReadmeTests(PackedProject packed)
{
    [Fact]
    public void The_first_model_builds_trains_streams_and_shows_its_mistakes()
    {
        string readme = File.ReadAllText(Path.Combine(packed.Repository, "README.md"));
        string section = readme[readme.IndexOf("## A first model", StringComparison.Ordinal)..readme.IndexOf("## The tool", StringComparison.Ordinal)];

        // 1. The packages are there already; the other commands as they stand.
        string folder = Directory.CreateDirectory(Path.Combine(packed.Folder, "clone")).FullName;
        foreach (string line in Block(section, "sh").Single().Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0))
        {
            foreach (string command in line.Split("&&").Select(c => c.Trim()))
            {
                if (command.StartsWith("dotnet pack", StringComparison.Ordinal)) continue;
                if (command.StartsWith("cd ", StringComparison.Ordinal)) folder = Path.GetFullPath(command[3..], folder);
                else PackedProject.Good(packed.Shell(folder, command));
            }
        }

        // 2. to 4. The model, the training loop and the stream
        string model = Block(readme, "ssm").First();
        File.WriteAllText(Path.Combine(folder, "Forecaster.ssm"), model);
        File.WriteAllText(Path.Combine(folder, "Program.cs"), string.Concat(Block(section, "csharp")) + "\nConsole.WriteLine($\"stream: {y[0]}\");\n");
        string output = PackedProject.Good(packed.Run(folder, "dotnet", "run", "-c", "Release"));
        double[] losses = [.. Regex.Matches(output, @"step \d+: loss (\S+)").Select(m => double.Parse(m.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(4, losses.Length);
        Assert.True(losses[^1] < losses[0] / 20, output);
        Assert.Contains("stream: ", output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder, "forecaster.safetensors")));

        // 5. The mistake, with the message that the README shows
        string shown = Block(section, "").Single().Trim();
        File.WriteAllText(Path.Combine(folder, "Forecaster.ssm"), model.Replace("Linear[1]", "Linar[1]", StringComparison.Ordinal));
        (int code, string failed) = packed.Run(folder, "dotnet", "build", "-c", "Release");
        Assert.NotEqual(0, code);
        Assert.Contains(shown, failed, StringComparison.Ordinal);
        Assert.DoesNotContain(failed.Split('\n'), l => l.Contains("error CS", StringComparison.Ordinal));
    }

    /// <summary>The code blocks of a language, without the indent of a list.</summary>
    private static IEnumerable<string> Block(string text, string language) => Regex.Matches(text, @"^( *)```(\w*)\r?\n(.*?)^ *```\s*$", RegexOptions.Multiline | RegexOptions.Singleline)
        .Where(m => m.Groups[2].Value == language)
        .Select(m => Regex.Replace(m.Groups[3].Value, $"^{m.Groups[1].Value}", "", RegexOptions.Multiline));
}
