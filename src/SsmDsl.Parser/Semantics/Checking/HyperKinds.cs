using SsmDsl.Syntax;

namespace SsmDsl.Semantics.Checking;

/// <summary>Which hyperparameters are ints: those used as a dimension, in an index, as a number of copies, or under div and mod.</summary>
internal static class HyperKinds
{
    public static HashSet<string> Ints(LayerSyntax layer, DeclarationScope declarations)
    {
        var candidates = new HashSet<string>(layer.Inputs.Where(i => i.Type is null && i.Words.IsEmpty).Select(i => i.Name.Text));
        var found = new HashSet<string>();
        if (candidates.Count == 0) return found;
        void add(ExpressionSyntax? expression)
        {
            if (expression is null) return;
            foreach (ExpressionSyntax part in Trees.All(expression))
            {
                if (Trees.IsName(part, out string name) && candidates.Contains(name)) found.Add(name);
            }
        }

        foreach (ExpressionSyntax size in layer.Inputs.Where(i => i.Type is not null).SelectMany(i => Trees.Of(i.Type!))
            .Concat(layer.Outputs.SelectMany(o => Trees.Of(o.Type)))) add(size);
        foreach (DimensionSyntax dimension in layer.Dimensions) add(dimension.Default);
        foreach (StatementSyntax statement in Trees.All(layer.Body))
        {
            switch (statement)
            {
                case ParamSyntax p:
                    foreach (ExpressionSyntax size in Trees.Of(p.Type)) add(size);
                    break;
                case TargetSyntax t:
                    foreach (ExpressionSyntax size in Trees.Of(t.Type)) add(size);
                    break;
                case RepeatSyntax r:
                    add(r.Count);
                    break;
                case AssignSyntax a:
                    foreach (AssignTargetSyntax target in a.Targets.Where(t => !t.Indices.IsDefault))
                    {
                        foreach (BracketEntrySyntax entry in target.Indices) add(entry.Value);
                    }
                    break;
            }
            foreach (ExpressionSyntax part in Trees.Of(statement).SelectMany(Trees.All)) Add(part, declarations, add);
        }
        return found;
    }

    private static void Add(ExpressionSyntax part, DeclarationScope declarations, Action<ExpressionSyntax?> add)
    {
        switch (part)
        {
            case ReductionSyntax { Indices.IsDefault: false } r:
                foreach (ReductionIndexSyntax index in r.Indices) add(index.Size);
                break;
            case BinarySyntax { Operator: BinaryOperator.Div or BinaryOperator.Mod } b:
                add(b.Left);
                add(b.Right);
                break;
            case ApplySyntax a:
                foreach (BracketEntrySyntax entry in a.Brackets.IsDefault ? [] : a.Brackets) add(entry.Value);
                if (a.Arguments.IsDefault || declarations.Find(a.Name.Text) is not LayerDeclaration { Info: { } info }) break;
                foreach (ArgumentSyntax argument in a.Arguments)
                {
                    if (argument.Label is { } label && info.Hyper(label.Text) is { Parameter.Kind: HyperKind.Int }) add(argument.Value);
                }
                break;
        }
    }
}
