using System.Text.RegularExpressions;

namespace SsmDsl.Package.Tests;

/// <summary>The README's first model, done literally with the packed package.</summary>
public sealed class ReadmeTests(PackedProject packed) : IClassFixture<PackedProject>
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
                else Good(packed.Shell(folder, command));
            }
        }

        // 2. to 4. The model, the training loop and the stream
        string model = Block(readme, "ssm").First();
        File.WriteAllText(Path.Combine(folder, "Forecaster.ssm"), model);
        File.WriteAllText(Path.Combine(folder, "Program.cs"), string.Concat(Block(section, "csharp")) + "\nConsole.WriteLine($\"stream: {y[0]}\");\n");
        string output = Good(packed.Run(folder, "dotnet", "run", "-c", "Release"));
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

    [Fact]
    public void Generated_code_passes_every_analyzer()
    {
        string folder = Directory.CreateDirectory(Path.Combine(packed.Folder, "Strict")).FullName;
        File.WriteAllText(Path.Combine(folder, "Strict.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <AnalysisLevel>latest-all</AnalysisLevel>
                <EnforceCodeStyleInBuild>true</EnforceCodeStyleInBuild>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <GenerateDocumentationFile>true</GenerateDocumentationFile>
                <IsAotCompatible>true</IsAotCompatible>
                <CheckForOverflowUnderflow>true</CheckForOverflowUnderflow>
                <SsmDslPrecision>both</SsmDslPrecision>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="SsmDsl" Version="{packed.Version}" />
              </ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(folder, "Models.ssm"), """
            namespace Strict.Models
            /// A gated recurrence over tokens, twice.
            model Gated[D: 4](tokens: int[T], keep: bool[T]) -> (y: real[T, D], last: real[D]) {
                x = tokens |> Embedding[5, D]
                repeat 2 as blocks { x = x + (x |> LayerNorm |> MinGru[D] |> gelu |> Dropout(p: 0.1)) }
                y[t, d] = if keep[t] then x[t, d] else 0
                last[d] = y[T-1, d]
                target goal: real[D]
                loss = mean(MeanSquaredError(last, goal))
                metric error = mean(abs(last - goal))
            }
            model Whole(z: complex[T]) -> w: complex[T] {
                w[t] = z[t] - mean[s] z[s]
            }
            """);
        Good(packed.Run(folder, "dotnet", "build", "-c", "Release"));
        (int code, string output) = packed.Run(folder, "dotnet", "build", "-c", "Release", "--no-restore", "-p:SsmDslPrecision=f16");
        Assert.NotEqual(0, code);
        Assert.Contains("SsmDslPrecision of Strict.csproj is 'f16'; it can be f32, f64 or both.", output, StringComparison.Ordinal);
    }

    private static string Good((int Code, string Output) result)
    {
        Assert.True(result.Code == 0, result.Output);
        return result.Output;
    }

    /// <summary>The code blocks of a language, without the indent of a list.</summary>
    private static IEnumerable<string> Block(string text, string language) => Regex.Matches(text, @"^( *)```(\w*)\r?\n(.*?)^ *```\s*$", RegexOptions.Multiline | RegexOptions.Singleline)
        .Where(m => m.Groups[2].Value == language)
        .Select(m => Regex.Replace(m.Groups[3].Value, $"^{m.Groups[1].Value}", "", RegexOptions.Multiline));
}
