namespace SsmDsl.Conformance.Tests.Library;

/// <summary>The figures on the pages of docs/layers are those of <c>ssm describe</c>. <c>SSM_UPDATE_SNAPSHOTS=1</c> writes them anew.</summary>
public sealed class LayerFigureTests
{
    public static TheoryData<string> Layers => [.. LibraryRowTests.Layers.Select(l => l.Name.Text)];

    [Theory]
    [MemberData(nameof(Layers))]
    public void A_page_has_the_figures_of_describe(string layer)
    {
        string path = Path.Combine(Root(), "docs", "layers", layer + ".md");
        string page = File.ReadAllText(path), figures = LayerFigures.Of(layer);
        if (Environment.GetEnvironmentVariable("SSM_UPDATE_SNAPSHOTS") == "1")
        {
            int end = page.LastIndexOf("\nSource: [", StringComparison.Ordinal), start = page.IndexOf(LayerFigures.Title, StringComparison.Ordinal);
            File.WriteAllText(path, page[..(start < 0 ? end + 1 : start)] + figures + page[end..]);
            return;
        }

        Assert.True(page.Contains(figures, StringComparison.Ordinal), $"{path} should have these figures:\n{figures}");
    }

    private static string Root()
    {
        DirectoryInfo? at = new(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "SsmDsl.sln"))) at = at.Parent;
        return at?.FullName ?? throw new DirectoryNotFoundException("the repository");
    }
}
