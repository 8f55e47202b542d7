using System.Collections.Immutable;
using SsmDsl.Diagnostics;
using SsmDsl.Semantics;
using SsmDsl.Text;

namespace SsmDsl.Compilation;

/// <summary>Which findings concern a model: those in its own text and in the text of the layers that it uses.</summary>
internal sealed class Concerns
{
    private readonly ImmutableArray<Diagnostic> findings;
    private readonly Dictionary<SourceFile, int[]> starts;

    public Concerns(CheckedProgram program)
    {
        findings = program.Diagnostics;
        starts = program.Layers.Select(l => l.NameSpan).Concat(program.Models.Select(m => m.NameSpan))
            .GroupBy(s => s.File)
            .ToDictionary(g => g.Key, g => g.Select(s => s.Start).Distinct().OrderBy(s => s).ToArray());
    }

    public ImmutableArray<Diagnostic> Of(CheckedModel model)
    {
        if (findings.IsEmpty) return [];
        HashSet<(SourceFile, int)> own = [(model.NameSpan.File, model.NameSpan.Start)];
        var open = new Stack<CheckedLayer>([model.Layer]);
        while (open.Count > 0)
        {
            CheckedLayer layer = open.Pop();
            if (!own.Add((layer.NameSpan.File, layer.NameSpan.Start)) && !ReferenceEquals(layer, model.Layer)) continue;
            if (layer.Body.IsDefault) continue;
            foreach (CheckedLayer used in Calls(layer.Body))
            {
                if (!own.Contains((used.NameSpan.File, used.NameSpan.Start))) open.Push(used);
            }
        }

        return [.. findings.Where(f => own.Contains((f.Span.File, Declaration(f.Span))))];
    }

    /// <summary>Where the name of the declaration around a place stands: the nearest one before it.</summary>
    private int Declaration(SourceSpan span)
    {
        if (!starts.TryGetValue(span.File, out int[]? places)) return -1;
        int at = Array.BinarySearch(places, span.Start);
        return at >= 0 ? places[at] : ~at > 0 ? places[~at - 1] : -1;
    }

    private static IEnumerable<CheckedLayer> Calls(IEnumerable<CheckedStatement> body) => body.SelectMany(s => s switch
    {
        CheckedCall call => [call.Instance.Layer],
        CheckedRepeat repeat => Calls(repeat.Body),
        _ => [],
    });
}
