using System.Collections.Immutable;
using SsmDsl.Diagnostics;
using SsmDsl.Text;

namespace SsmDsl.Semantics.Checking;

/// <summary>
/// When two sizes agree: they are the same expression; or, in a model, whose dimensions have values, they have the same value.
/// Two named ones that agree by value alone are a warning (SSM0213).
/// </summary>
/// <param name="values">The values of a model's dimensions; null in a layer.</param>
internal sealed class Sizes(IReadOnlyDictionary<DimSymbol, Dim>? values, DiagnosticSink sink, ICollection<Obligation> obligations)
{
    public bool Agree(Dim expected, Dim actual, string what, SourceSpan place)
    {
        if (expected.Equals(actual) || expected.IsUndefined || actual.IsUndefined) return true;
        if (values is null || !expected.Substitute(values).Equals(actual.Substitute(values))) return false;
        if (sink.IsMuted) return true;
        obligations.Add(new EqualSizes(expected, actual, what, place));
        if (!expected.Symbols.IsEmpty && !actual.Symbols.IsEmpty)
        {
            sink.Report(DiagnosticCodes.AgreeByValueOnly, place,
                $"{what} has size {actual} where {expected} is expected: both are {actual.Substitute(values)}, but only by the values given");
        }
        return true;
    }

    public string Text(Dim size) =>
        values is null || size.Symbols.IsEmpty || !size.Substitute(values).TryGetConstant(out long value) ? $"{size}" : $"{size} = {value}";

    public string Text(ImmutableArray<Dim> shape) => $"[{string.Join(", ", shape.Select(Text))}]";
}
