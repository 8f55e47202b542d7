using System.Collections.Immutable;
using SsmDsl.Diagnostics;

namespace SsmDsl.Semantics.Checking;

/// <summary>The values of a model's dimensions and int hyperparameters.</summary>
internal static class ModelValues
{
    /// <summary>Values of all that have one; a default that depends on a size known only at run time is reported.</summary>
    public static ImmutableDictionary<DimSymbol, Dim> Of(
        ImmutableArray<ListedDimension> listed, ImmutableArray<HyperInfo> hypers, ImmutableHashSet<DimSymbol> dynamic, DiagnosticSink sink)
    {
        var defaults = listed.Select(d => (d.Symbol, Value: d.Default ?? Dim.Undefined, d.Place))
            .Concat(hypers.Where(h => h.Parameter.Kind == HyperKind.Int).Select(h => (h.Symbol, Value: h.Size ?? Dim.Undefined, h.Place))).ToList();
        var values = ImmutableDictionary<DimSymbol, Dim>.Empty;
        bool grows = true;
        while (grows)
        {
            grows = false;
            foreach (var (symbol, value, _) in defaults.Where(d => !values.ContainsKey(d.Symbol) && !d.Value.IsUndefined))
            {
                Dim known = value.Substitute(values);
                if (!known.Symbols.IsEmpty) continue;
                values = values.Add(symbol, known);
                grows = true;
            }
        }
        foreach (var (symbol, value, place) in defaults.Where(d => !values.ContainsKey(d.Symbol) && !d.Value.IsUndefined))
        {
            bool isDynamic = value.Symbols.Overlaps(dynamic);
            sink.Report(isDynamic ? DiagnosticCodes.NotStatic : DiagnosticCodes.SizeUnknown, place,
                isDynamic ? $"the value {value} of '{symbol}' is known only at run time" : $"the value {value} of '{symbol}' depends on itself");
        }
        return values;
    }
}
