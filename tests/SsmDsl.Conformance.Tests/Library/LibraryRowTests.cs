using SsmDsl.Parsing;
using SsmDsl.Syntax;

namespace SsmDsl.Conformance.Tests.Library;

/// <summary>The table of the library leaves nothing out.</summary>
public sealed class LibraryRowTests
{
    [Fact]
    public void Every_layer_has_a_row() => Assert.Empty(Layers.Select(l => l.Name.Text).Except(LibraryRows.All.Select(r => r.Name)));

    [Fact]
    public void Every_program_with_reference_values_is_in_a_row() =>
        Assert.Equal(
            ReferenceCase.OnDisk.Append(DropoutCase.Name).Order(StringComparer.Ordinal),
            LibraryRows.All.SelectMany(r => r.Cases).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_program_uses_the_layer_of_its_row() =>
        Assert.All(
            LibraryRows.All.Where(r => Layers.Any(l => l.Name.Text == r.Name)).SelectMany(r => r.Cases.Select(c => (r.Name, Case: c))),
            c => Assert.Matches($@"\b{c.Name}\b", File.ReadAllText(ReferenceCase.Of(c.Case).Program)));

    [Fact]
    public void Every_layer_with_parameters_has_initial_values() =>
        Assert.Equal(
            LibraryRows.All.Where(r => r.HasParameters).Select(r => r.Name).Order(StringComparer.Ordinal),
            InitialValues.All.Select(u => u.Layer).Distinct().Order(StringComparer.Ordinal));

    internal static IEnumerable<LayerSyntax> Layers => StandardLibrary.Parsed.SelectMany(file => file.File.Declarations).OfType<LayerSyntax>();
}
