using System.Collections.Immutable;
using SsmDsl.Diagnostics;
using SsmDsl.Syntax;

namespace SsmDsl.Semantics.Checking;

/// <summary>A declaration of a project or of the library, and what is known of it once it was checked.</summary>
internal abstract class Declaration(DeclarationSyntax syntax, FileSyntax file, DeclarationScope scope)
{
    public DeclarationSyntax Syntax { get; } = syntax;

    public FileSyntax File { get; } = file;

    /// <summary>The declarations that it sees.</summary>
    public DeclarationScope Scope { get; } = scope;

    public string Name => Syntax.Name.Text;

    /// <summary>It has an error, reported where it stands: what follows from that is silent.</summary>
    public bool IsBroken { get; set; }
}

internal sealed class ConstDeclaration(ConstSyntax syntax, FileSyntax file, DeclarationScope scope) : Declaration(syntax, file, scope)
{
    /// <summary>Its value as a size, if it is an int.</summary>
    public Dim? Size { get; set; }

    public TensorValue? Value { get; set; }
}

internal sealed class FnDeclaration(FnSyntax syntax, FileSyntax file, DeclarationScope scope) : Declaration(syntax, file, scope)
{
    public FnSyntax Fn { get; } = syntax;
}

/// <summary>A layer, a model, or a specialisation.</summary>
internal sealed class LayerDeclaration(DeclarationSyntax syntax, FileSyntax file, DeclarationScope scope) : Declaration(syntax, file, scope)
{
    /// <summary>Null until its turn, and for good if not even its header is known.</summary>
    public LayerInfo? Info { get; set; }
}

/// <summary>All declarations that files see: those of one project, then those of the library.</summary>
internal sealed class DeclarationScope
{
    private readonly Dictionary<string, Declaration> declarations = [];
    private readonly HashSet<string> lost = [];

    /// <summary>Reports names that are declared twice, reserved, or hide the library's.</summary>
    public DeclarationScope(IEnumerable<FileSyntax> files, DeclarationScope? library, DiagnosticSink sink)
    {
        Library = library;
        var own = ImmutableArray.CreateBuilder<Declaration>();
        foreach (FileSyntax file in files)
        {
            lost.UnionWith(file.Lost);
            foreach (DeclarationSyntax syntax in file.Declarations)
            {
                Declaration declaration = Of(syntax, file);
                own.Add(declaration);
                declaration.IsBroken = !Words.RequireFree(syntax.Name, sink);
                if (declarations.TryGetValue(declaration.Name, out Declaration? other))
                {
                    declaration.IsBroken = true;
                    sink.Report(DiagnosticCodes.DeclaredTwice, syntax.Name.Span, $"'{declaration.Name}' is declared twice", new(other.Syntax.Name.Span, "the other declaration"));
                    continue;
                }
                declarations.Add(declaration.Name, declaration);
                if (library?.Find(declaration.Name) is { } hidden)
                    sink.Report(DiagnosticCodes.HidesLibrary, syntax.Name.Span, $"'{declaration.Name}' hides the standard library's", new(hidden.Syntax.Name.Span, "the library's"));
            }
        }
        Own = own.ToImmutable();
    }

    public DeclarationScope? Library { get; }

    /// <summary>Those of the files themselves, in the order of the text.</summary>
    public ImmutableArray<Declaration> Own { get; }

    public IEnumerable<string> Names => Library is null ? declarations.Keys : declarations.Keys.Concat(Library.Names);

    public Declaration? Find(string name) =>
        declarations.TryGetValue(name, out Declaration? declaration) ? declaration : Library?.Find(name);

    /// <summary>A declaration with this name could not be read: that it is unknown follows from that.</summary>
    public bool IsLost(string name) => lost.Contains(name);

    private Declaration Of(DeclarationSyntax syntax, FileSyntax file) => syntax switch
    {
        ConstSyntax c => new ConstDeclaration(c, file, this),
        FnSyntax f => new FnDeclaration(f, file, this),
        _ => new LayerDeclaration(syntax, file, this),
    };
}
