using SsmDsl.Semantics.Checking;

namespace SsmDsl.Parser.Tests.Checking;

public sealed class LibraryTests
{
    [Fact]
    public void The_standard_library_has_no_findings() => Assert.Empty(Checker.LibraryFindings.Select(d => $"{d.Span}: {d.Code.Id}: {d.FullMessage}"));
}
