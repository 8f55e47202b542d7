using System.Collections.Immutable;
using SsmDsl.Diagnostics;
using SsmDsl.Syntax;

namespace SsmDsl.Semantics.Checking;

/// <summary>The order in which declarations can be checked: each after those that it uses.</summary>
internal static class DeclarationOrder
{
    /// <summary>Also reports declarations that contain themselves (SSM0106), and marks them broken.</summary>
    public static IReadOnlyList<Declaration> Sort(DeclarationScope scope, DiagnosticSink sink)
    {
        ImmutableArray<Declaration> all = scope.Own;
        var numbers = new Dictionary<object, int>(ByReference.Comparer);
        for (int i = 0; i < all.Length; i++) numbers.Add(all[i], i);
        var edges = new List<(int From, int To, Name Use)>();
        for (int i = 0; i < all.Length; i++)
        {
            foreach (Name name in Uses(all[i].Syntax, scope))
            {
                if (scope.Find(name.Text) is { } used && numbers.TryGetValue(used, out int to)) edges.Add((i, to, name));
            }
        }
        var order = new List<Declaration>();
        foreach (IReadOnlyList<int> component in StronglyConnected.Order(all.Length, [.. edges.Select(e => (e.From, e.To))]))
        {
            var inside = new HashSet<int>(component);
            bool isCyclic = component.Count > 1 || edges.Any(e => e.From == component[0] && e.To == component[0]);
            foreach (int n in component)
            {
                order.Add(all[n]);
                if (!isCyclic) continue;
                all[n].IsBroken = true;
                if (n != component[0]) continue;
                Name use = edges.First(e => e.From == n && inside.Contains(e.To)).Use;
                string through = component.Count == 1 ? "" : $" (through {string.Join(", ", component.Skip(1).Select(c => all[c].Name))})";
                sink.Report(DiagnosticCodes.ContainsItself, all[n].Syntax.Name.Span, $"'{all[n].Name}' contains itself{through}", new RelatedPlace(use.Span, "used here"));
            }
        }
        return order;
    }

    private static IEnumerable<Name> Uses(DeclarationSyntax declaration, DeclarationScope scope) => declaration switch
    {
        ConstSyntax c => Names(c.Value, []),
        FnSyntax f => Names(f.Body, [.. f.Parameters.Select(p => p.Text)]),
        SpecialisationSyntax s => Names(s.Base, []),
        LayerSyntax l => OfLayer(l, scope),
        _ => [],
    };

    private static IEnumerable<Name> Names(ExpressionSyntax expression, ImmutableHashSet<string> own) =>
        Trees.All(expression).OfType<ApplySyntax>().Where(a => !own.Contains(a.Name.Text)).Select(a => a.Name);

    /// <summary>Layers and functions where they are called, consts wherever their names stand: nothing a layer has is used by a const.</summary>
    private static IEnumerable<Name> OfLayer(LayerSyntax layer, DeclarationScope scope)
    {
        var statements = Trees.All(layer.Body).ToList();
        var lets = statements.OfType<LetSyntax>().ToList();
        ImmutableHashSet<string> named = [.. lets.Select(l => l.Name.Text)];
        var roots = statements.SelectMany(Trees.Of)
            .Concat(layer.Dimensions.Select(d => d.Default).OfType<ExpressionSyntax>())
            .Concat(layer.Inputs.SelectMany(i => i.Type is null ? [] : Trees.Of(i.Type)))
            .Concat(layer.Inputs.Select(i => i.Default).OfType<ExpressionSyntax>())
            .Concat(layer.Outputs.SelectMany(o => Trees.Of(o.Type)));
        foreach (ExpressionSyntax root in roots)
        {
            foreach (ExpressionSyntax part in Trees.All(root))
            {
                if (part is ApplySyntax { Arguments.IsDefault: false } call && !named.Contains(call.Name.Text)) yield return call.Name;
                else if (part is ApplySyntax { Instance: not null } use) yield return use.Name;
                else if (part is ApplySyntax name && scope.Find(name.Name.Text) is ConstDeclaration) yield return name.Name;
                else if (part is PipeSyntax pipe && !named.Contains(pipe.Right.Name.Text)) yield return pipe.Right.Name;
            }
        }
        foreach (LetSyntax let in lets) yield return let.Layer.Name;
    }
}
