using System.Collections.Immutable;
using SsmDsl.Diagnostics;
using SsmDsl.Syntax;
using SsmDsl.Text;

namespace SsmDsl.Semantics.Checking;

/// <summary>Names of instances: parts of parameter names.</summary>
internal sealed partial class BodyBinder
{
    private readonly Dictionary<object, string> unnamed = new(ByReference.Comparer);
    private readonly Dictionary<object, Dictionary<string, SourceSpan>> paths = new(ByReference.Comparer);

    /// <summary>
    /// Names the unnamed instances of a scope in the order of the text: the layer's name in snake_case, then with _2, _3 ….
    /// </summary>
    private void NameInstances(ImmutableArray<StatementSyntax> body, NameScope names)
    {
        var declared = new HashSet<string>(body.OfType<LetSyntax>().Select(l => l.Name.Text));
        bool isLayer(ApplySyntax use) =>
            use.Instance is null && !declared.Contains(use.Name.Text) && names.Find(use.Name.Text) is null
            && Declarations.Find(use.Name.Text) is LayerDeclaration;

        var uses = new List<(object Node, string Name, int Start)>();
        foreach (StatementSyntax statement in body)
        {
            if (statement is RepeatSyntax { Instance: null } repeat) uses.Add((repeat, "repeat", repeat.Span.Start));
            foreach (ExpressionSyntax root in Trees.Of(statement))
            {
                if (statement is LetSyntax) continue;
                uses.AddRange(Trees.All(root).OfType<ApplySyntax>().Where(isLayer)
                    .Select(a => ((object)a, Words.SnakeCase(a.Name.Text), a.Name.Span.Start)));
            }
        }
        var counts = new Dictionary<string, int>();
        foreach (var (node, name, _) in uses.OrderBy(u => u.Start))
        {
            counts[name] = counts.TryGetValue(name, out int count) ? count + 1 : 1;
            unnamed[node] = counts[name] == 1 ? name : $"{name}_{counts[name]}";
        }
    }

    private string UnnamedPath(object use, Callee callee) =>
        unnamed.TryGetValue(use, out string? path) ? path : Words.SnakeCase(callee.Name);

    /// <summary>Takes a path in a scope; a second thing with the same path is reported.</summary>
    private void Claim(NameScope names, string path, SourceSpan place)
    {
        if (!paths.TryGetValue(names, out var taken)) paths.Add(names, taken = []);
        if (!taken.TryGetValue(path, out SourceSpan other)) taken.Add(path, place);
        else if (!other.Equals(place))
            sink.Report(DiagnosticCodes.DeclaredTwice, place, $"two things here have parameters under the name '{path}'", new RelatedPlace(other, "the other one"), "name one of them with 'as'");
    }
}
