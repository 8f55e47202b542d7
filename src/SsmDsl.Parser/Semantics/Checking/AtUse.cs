using System.Collections.Immutable;
using SsmDsl.Diagnostics;
using SsmDsl.Text;

namespace SsmDsl.Semantics.Checking;

/// <summary>
/// An obligation of a layer at a use of it. What stands in the library is reported at the call in the user's file, what stands
/// in the user's own layers where it stands, with the outermost use (which gives the numbers) as the other place.
/// </summary>
/// <param name="Layer">The layer whose obligation it is.</param>
internal sealed record AtUse(Obligation Inner, string Layer, SourceSpan Use) : Obligation(Inner.Place)
{
    public override object Cause => Use;

    public override DiagnosticCode Code => Inner.Code;

    public override string Message => Inner.Message;

    public override Obligation Fault => this with { Inner = Inner.Fault };

    public override Verdict Decide(ImmutableHashSet<DimSymbol>? dynamic) => Inner.Decide(dynamic);

    public override Obligation Substitute(IReadOnlyDictionary<DimSymbol, Dim> values) => this with { Inner = Inner.Substitute(values) };

    public override Diagnostic Report(SourceSpan? use)
    {
        Diagnostic finding = Inner.Report(Use);
        return Place.File.IsLibrary ? finding with { Message = $"in {Layer}, {finding.Message}" } : finding;
    }

    /// <summary>The obligation of a layer, handed on by a call in a body.</summary>
    public static Obligation Of(Obligation obligation, string layer, SourceSpan use) => obligation switch
    {
        AtUse { Inner.Place.File.IsLibrary: true, Use.File.IsLibrary: false } => obligation,
        AtUse inner => inner with { Use = use },
        _ => new AtUse(obligation, layer, use),
    };
}
