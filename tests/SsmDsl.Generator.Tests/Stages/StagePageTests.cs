using SsmDsl.Tests.Shared;

namespace SsmDsl.Generator.Tests.Stages;

/// <summary>The files of tests/Pages, each chosen for one construct: what every stage makes of them is what their pages show.</summary>
public sealed class StagePageTests
{
    private static readonly string Folder = Path.Combine(TestFiles.Root, "tests/Pages");

    public static TheoryData<string> Cases => [.. TestFiles.In("tests/Pages", "*.ssm").Select(f => Path.GetFileNameWithoutExtension(f)!)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_stage_gives_what_the_page_shows(string name) =>
        Snapshot.Match(Folder, $"{name}.md", StagePage.Of(new($"{name}.ssm", File.ReadAllText(Path.Combine(Folder, $"{name}.ssm")))));

    [Fact]
    public void No_page_is_left_over() =>
        Snapshot.AssertNoOthers(Folder, TestFiles.In("tests/Pages", "*.ssm").Select(f => Path.GetFileNameWithoutExtension(f) + ".md"));
}
