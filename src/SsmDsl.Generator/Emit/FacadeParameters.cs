using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Emit;

/// <summary>The typed tree of parameters: a property for each part of their names, an indexer for the copies of a repeat.</summary>
internal sealed class FacadeParameters
{
    private const string Parameter = FacadeContext.Runtime + "Parameter";
    private const string Set = FacadeContext.Runtime + "ParameterSet";

    private readonly FacadeContext c;

    private FacadeParameters(FacadeContext context) => c = context;

    public static void Print(FacadeContext context)
    {
        string type = context.Names.Own("ModelParameters");
        context.Code.Line();
        context.Code.Lines(XmlDoc.Element("summary", "The parameters of the model, by the parts of their names."));
        context.Code.Block($"public sealed class {type} : {Set}", () =>
        {
            context.Code.Block($"internal {type}({Set} all) : base(all)", () => { });
            new FacadeParameters(context).Members(ParameterTree.Of(context.Signature.Parameters), new Scope(type, "this", [], ""), context.Names.Root);
        });
    }

    /// <summary>Where in the tree: the enclosing type, the expression for all parameters, fields that hold copy numbers, the name so far.</summary>
    private sealed record Scope(string Type, string All, ImmutableArray<string> Copies, string Path)
    {
        public string Arguments => string.Join("", Copies.Select(n => ", " + n));
    }

    private void Members(ParameterTree node, Scope scope, IEnumerable<string> reserved)
    {
        (string Key, ParameterTree Node)[] children = [.. node.Children];
        ImmutableDictionary<string, string> names = CSharpNames.Members(children.Select(p => p.Key), [.. reserved, scope.Type]);
        var types = new HashSet<string>([.. reserved, scope.Type, .. names.Values], StringComparer.Ordinal);
        foreach ((string key, ParameterTree child) in children)
        {
            c.Code.Line();
            string path = scope.Path.Length == 0 ? key.TrimEnd('.') : $"{scope.Path}.{key.TrimEnd('.')}";
            if (child.Parameter is { } number)
            {
                ParameterSignature parameter = c.Signature.Parameters[number];
                c.Code.Lines(XmlDoc.Summary(parameter.Doc, $"Parameter <c>{XmlDoc.Escape(path)}</c> {XmlDoc.Escape(Shape(parameter))}."));
                c.Code.Line($"public {Parameter} {names[key]} => {scope.All}.Get({number}{scope.Arguments});");
                continue;
            }

            string type = names[key].TrimEnd('_') + "Parameters";
            while (!types.Add(type)) type += "_";
            c.Code.Lines(XmlDoc.Element("summary", $"The parameters of <c>{XmlDoc.Escape(path)}</c>."));
            c.Code.Line($"public {type} {names[key]} => new({scope.All}{scope.Arguments});");
            c.Code.Line();
            Node(child, new Scope(type, "all", scope.Copies, path));
        }
    }

    private void Node(ParameterTree node, Scope scope)
    {
        c.Code.Lines(XmlDoc.Element("summary", $"The parameters of <c>{XmlDoc.Escape(scope.Path)}</c>."));
        c.Code.Block($"public readonly struct {scope.Type}", () =>
        {
            c.Code.Line($"private readonly {Set} all;");
            foreach (string copy in scope.Copies) c.Code.Line($"private readonly int {copy};");
            c.Code.Line();
            c.Code.Block($"internal {scope.Type}({string.Join(", ", [$"{Set} all", .. scope.Copies.Select(n => $"int {n}")])})", () =>
            {
                c.Code.Line("this.all = all;");
                foreach (string copy in scope.Copies) c.Code.Line($"this.{copy} = {copy};");
            });
            if (node.Copies is { } copies) Copies(copies.Node, copies.Count, scope);
            Members(node, scope, node.Copies is null ? [] : ["Count", "Item", "Copy"]);
        });
    }

    private void Copies(ParameterTree node, long count, Scope scope)
    {
        string index = $"copy{scope.Copies.Length}";
        c.Code.Line();
        c.Code.Lines(XmlDoc.Element("summary", "Number of copies."));
        c.Code.Line($"public int Count => {count};");
        c.Code.Line();
        c.Code.Lines(XmlDoc.Element("summary", $"The parameters of a copy, from 0 to {count} - 1."));
        c.Code.Line("/// <exception cref=\"global::System.ArgumentOutOfRangeException\">There is no such copy.</exception>");
        c.Code.Line($"public Copy this[int copy] => (uint)copy < {count}u ? new(all{scope.Arguments}, copy) : throw new global::System.ArgumentOutOfRangeException(nameof(copy), copy, {Literals.Of($"{scope.Path} has {count} copies")});");
        c.Code.Line();
        Node(node, new Scope("Copy", "all", scope.Copies.Add(index), scope.Path + ".*"));
    }

    private static string Shape(ParameterSignature parameter)
    {
        IEnumerable<string> axes = parameter.Type.Shape.Select(d => d.ToString());
        if (parameter.Type.Element == ElementType.Complex) axes = axes.Append("2");
        return $"[{string.Join(", ", axes)}]";
    }
}
