using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SsmDsl.Hosting;

/// <summary>A name of the project's own C# that a model's class could meet: a namespace, or a type that has no other parts.</summary>
/// <param name="Place">Where the type is declared; empty for a namespace.</param>
internal sealed record DeclaredName(string FullName, bool IsNamespace, string Place)
{
    /// <summary>The part behind the last dot.</summary>
    public string Name => FullName.Substring(FullName.LastIndexOf('.') + 1);

    public static bool IsOne(SyntaxNode node) => node switch
    {
        BaseNamespaceDeclarationSyntax => true,
        ClassDeclarationSyntax c => IsOutermost(node) && c.TypeParameterList is null && !IsPartOfClass(c),
        TypeDeclarationSyntax t => IsOutermost(node) && t.TypeParameterList is null,
        EnumDeclarationSyntax => IsOutermost(node),
        DelegateDeclarationSyntax d => IsOutermost(node) && d.TypeParameterList is null,
        _ => false,
    };

    public static DeclaredName Of(SyntaxNode node)
    {
        if (node is BaseNamespaceDeclarationSyntax) return new DeclaredName(Namespace(node), true, "");
        SyntaxToken name = node switch
        {
            BaseTypeDeclarationSyntax t => t.Identifier,
            _ => ((DelegateDeclarationSyntax)node).Identifier,
        };
        string space = Namespace(node.Parent);
        FileLinePositionSpan at = name.GetLocation().GetLineSpan();
        string file = at.Path.Replace('\\', '/');
        return new DeclaredName(
            space.Length == 0 ? name.ValueText : space + "." + name.ValueText,
            false,
            $"{file.Substring(file.LastIndexOf('/') + 1)}({at.StartLinePosition.Line + 1},{at.StartLinePosition.Character + 1})");
    }

    private static bool IsOutermost(SyntaxNode node) => node.Parent is BaseNamespaceDeclarationSyntax or CompilationUnitSyntax;

    /// <summary>A partial class may extend a generated one, unless it is declared as what that is not.</summary>
    private static bool IsPartOfClass(ClassDeclarationSyntax type) =>
        type.Modifiers.Any(SyntaxKind.PartialKeyword) && !type.Modifiers.Any(SyntaxKind.StaticKeyword) && !type.Modifiers.Any(SyntaxKind.AbstractKeyword);

    private static string Namespace(SyntaxNode? node)
    {
        string name = "";
        for (; node is not null; node = node.Parent)
        {
            if (node is not BaseNamespaceDeclarationSyntax space) continue;
            string part = string.Join(".", space.Name.DescendantTokens().Where(t => t.IsKind(SyntaxKind.IdentifierToken)).Select(t => t.ValueText));
            name = name.Length == 0 ? part : part + "." + name;
        }

        return name;
    }
}
