using System.Collections.Immutable;
using Sprache;
using SsmDsl.Diagnostics;
using SsmDsl.Syntax;
using SsmDsl.Text;

namespace SsmDsl.Parsing;

/// <param name="File">All that could be read; declarations and statements with errors are left out.</param>
/// <param name="Diagnostics">One SSM0001 for each of those, in the order of the text.</param>
public sealed record ParseResult(FileSyntax File, ImmutableArray<Diagnostic> Diagnostics);

/// <summary>
/// Text to syntax. A token pass comes first; then the grammar reads one statement or declaration after the other. Where one
/// has an error, reading goes on at the next place that surely starts another. Linear in the length of the text; never throws.
/// </summary>
public sealed class FileParser
{
    private readonly TokenStream tokens;
    private readonly TokenInput[] places;
    private readonly ParseAttempt attempt;
    private readonly ImmutableArray<Diagnostic>.Builder diagnostics = ImmutableArray.CreateBuilder<Diagnostic>();
    private readonly HashSet<string> lostNames = [];
    private int position;
    private bool hasTooDeepBlock;

    private FileParser(TokenStream tokens)
    {
        this.tokens = tokens;
        places = TokenInput.Over(tokens);
        attempt = places[0].Attempt;
    }

    /// <summary>Parses a file as it stands on disk; what is no UTF-8 is one SSM0001 at the first wrong byte.</summary>
    public static ParseResult Parse(byte[] bytes, string path)
    {
        DecodedText decoded = SourceText.Decode(bytes, path);
        return decoded.Problem is null ? Parse(decoded.File) : new ParseResult(new FileSyntax(decoded.File, null, [], []), [decoded.Problem]);
    }

    public static ParseResult Parse(SourceFile file) =>
        SourceText.FindNul(file) is { } problem
            ? new ParseResult(new FileSyntax(file, null, [], []), [problem])
            : SourceText.FindUndecoded(file) is { } undecoded
            ? WithUndecoded(new FileParser(Lexer.Scan(file)).ParseFile(), undecoded)
            : new FileParser(Lexer.Scan(file)).ParseFile();

    /// <summary>In code it is unexpected text; in a comment nothing else would say that the file was not read as it was meant.</summary>
    private static ParseResult WithUndecoded(ParseResult result, Diagnostic undecoded) =>
        result.Diagnostics.Any(d => d.Span.Start <= undecoded.Span.Start && undecoded.Span.Start < d.Span.End) ? result
        : result with { Diagnostics = [.. result.Diagnostics.Add(undecoded).OrderBy(d => d.Span.Start)] };

    private ParseResult ParseFile()
    {
        DottedName? space = tokens.KindAt(0) == TokenKind.Namespace ? ParseNamespace() : null;
        var declarations = ImmutableArray.CreateBuilder<DeclarationSyntax>();
        var lost = ImmutableArray.CreateBuilder<string>();
        while (true)
        {
            SkipSemicolons();
            if (position == tokens.End) break;
            int start = position;
            if (ParseDeclaration() is { } declaration) declarations.Add(declaration);
            else if (NameOfDeclaration(start) is { } name) lost.Add(name);
        }
        return new ParseResult(
            new FileSyntax(tokens.File, space, declarations.ToImmutable(), lost.ToImmutable()), diagnostics.ToImmutable());
    }

    private DottedName? ParseNamespace()
    {
        IResult<DottedName> result = Attempt(DeclarationGrammar.Namespace);
        if (result.WasSuccessful && !EndsDeclaration()) attempt.Expect(position, "a declaration");
        else if (result.WasSuccessful) return result.Value;
        Report();
        position = Landmarks.NextDeclaration(tokens, 0);
        return null;
    }

    private DeclarationSyntax? ParseDeclaration()
    {
        int start = position;
        if (tokens.KindAt(start) != TokenKind.CloseBrace) hasTooDeepBlock = false;
        if (tokens.KindAt(start) == TokenKind.Namespace)
        {
            Report(start, "unexpected keyword 'namespace'; expected a declaration, a namespace stands at the top of a file");
            position = Landmarks.NextDeclaration(tokens, start);
            return null;
        }
        IResult<DeclarationSyntax> result = Attempt(DeclarationGrammar.Declaration);
        if (result.WasSuccessful)
        {
            if (result.Value is LayerSyntax layer)
            {
                lostNames.Clear();
                Block body = ParseBlock(position - 1);
                return layer with { Body = body.Statements, HasErrors = body.HasErrors, Span = layer.Span.To(body.End), Lost = [.. lostNames] };
            }
            if (EndsDeclaration()) return result.Value;
            attempt.Expect(position, "an operator");
            attempt.Expect(position, "a declaration");
        }
        Report();
        RecoverFromDeclaration(start);
        return null;
    }

    /// <summary>Goes to the next declaration; a body on the way is still read for its errors.</summary>
    private void RecoverFromDeclaration(int start)
    {
        int next = Landmarks.NextDeclaration(tokens, start);
        bool isLayer = tokens.KindAt(Landmarks.AfterAttributes(tokens, start)) is TokenKind.Layer or TokenKind.Model;
        int brace = isLayer ? Landmarks.OpenBrace(tokens, attempt.Farthest, next) : -1;
        position = next;
        if (brace < 0) return;
        position = brace + 1;
        ParseBlock(brace);
        if (!EndsDeclaration()) position = Landmarks.NextDeclaration(tokens, position);
    }

    private string? NameOfDeclaration(int start)
    {
        int keyword = Landmarks.AfterAttributes(tokens, start);
        return tokens.KindAt(keyword) is TokenKind.Const or TokenKind.Fn or TokenKind.Layer or TokenKind.Model
            && Vocabulary.IsName(tokens.KindAt(keyword + 1)) ? tokens.NameAt(keyword + 1).Text : null;
    }

    /// <summary>Reads statements up to the brace that closes the block; starts after the <c>{</c>.</summary>
    private Block ParseBlock(int open)
    {
        var statements = ImmutableArray.CreateBuilder<StatementSyntax>();
        bool hasErrors = false;
        while (true)
        {
            SkipSemicolons();
            if (tokens.KindAt(position) == TokenKind.CloseBrace)
            {
                SourceSpan close = tokens.SpanOf(position++);
                return new Block(statements.ToImmutable(), hasErrors, close);
            }
            if (position == tokens.End || Landmarks.StartsDeclaration(tokens, position))
            {
                ReportOpenBrace(open);
                return new Block(statements.ToImmutable(), true, tokens.SpanOf(Math.Max(position - 1, open)));
            }
            int start = position;
            StatementSyntax? statement = ParseStatement();
            if (statement is null or RepeatSyntax { HasErrors: true }) hasErrors = true;
            if (statement is null && statements.Count > 0 && ContinuesStatement(start)) Lose(statements);
            if (statement is not null) statements.Add(statement);
        }
    }

    /// <summary>A bracket that was meant to follow what stands on the line before.</summary>
    private bool ContinuesStatement(int start) =>
        tokens[start].StartsLine && tokens.KindAt(start) is TokenKind.OpenBracket or TokenKind.OpenParenthesis;

    /// <summary>The statement before a bracket on a line of its own is not as it was meant to be.</summary>
    private void Lose(ImmutableArray<StatementSyntax>.Builder statements)
    {
        SourceSpan span = statements[statements.Count - 1].Span;
        for (int i = 0; i < tokens.End && tokens[i].Start < span.End; i++)
        {
            if (tokens[i].Start >= span.Start && Vocabulary.IsName(tokens.KindAt(i))) lostNames.Add(tokens.NameAt(i).Text);
        }
        statements.RemoveAt(statements.Count - 1);
    }

    private StatementSyntax? ParseStatement()
    {
        int start = position;
        IResult<StatementSyntax> result = Attempt(StatementGrammar.Statement);
        if (result.WasSuccessful)
        {
            if (result.Value is RepeatSyntax repeat)
            {
                Block body = ParseBlock(position - 1);
                return repeat with { Body = body.Statements, HasErrors = body.HasErrors, Span = repeat.Span.To(body.End) };
            }
            if (EndsStatement()) return result.Value;
            attempt.Expect(position, "the end of the statement");
        }
        Report();
        RecoverFromStatement(start);
        return null;
    }

    /// <summary>Goes to the next statement; the body of a repeat is still read for its errors.</summary>
    private void RecoverFromStatement(int start)
    {
        int next = Landmarks.NextStatement(tokens, start);
        for (int i = start; i < next; i++)
        {
            if (Vocabulary.IsName(tokens.KindAt(i))) lostNames.Add(tokens.NameAt(i).Text);
        }
        int brace = tokens.KindAt(start) == TokenKind.Repeat ? Landmarks.OpenBrace(tokens, attempt.Farthest, next) : -1;
        position = next;
        if (brace < 0) return;
        position = brace + 1;
        ParseBlock(brace);
    }

    private IResult<T> Attempt<T>(Parser<T> parser)
    {
        attempt.Restart();
        IResult<T> result = Guarded(parser);
        if (result.WasSuccessful) position = ((TokenInput)result.Remainder).Position;
        return result;
    }

    /// <summary>On a thread with a small stack the limit of nesting may not be reached.</summary>
    private IResult<T> Guarded<T>(Parser<T> parser)
    {
        try
        {
            return parser(places[position]);
        }
        catch (InsufficientExecutionStackException)
        {
            attempt.Reject(Math.Max(attempt.Farthest, position), ParseAttempt.TooDeep);
            return Result.Failure<T>(places[position], "", []);
        }
    }

    private void Report() => Add(attempt.ToDiagnostic());

    private void Report(int index, string message)
    {
        attempt.Restart();
        attempt.Reject(index, message);
        Report();
    }

    private void ReportOpenBrace(int open)
    {
        attempt.Restart();
        attempt.Expect(position, "'}'");
        Add(attempt.ToDiagnostic() with { Related = new RelatedPlace(tokens.SpanOf(open), "the '{' without a '}'") });
    }

    /// <summary>
    /// One error for a token, though it may end both a statement and a block too early; and one for blocks nested too deep,
    /// though all those within are too, and their ends look wrong.
    /// </summary>
    private void Add(Diagnostic diagnostic)
    {
        if (hasTooDeepBlock) return;
        hasTooDeepBlock = diagnostic.Message == ParseAttempt.TooDeep && tokens.File.Text[diagnostic.Span.Start] == '{';
        if (diagnostics.Count == 0 || diagnostics[diagnostics.Count - 1].Span.Start != diagnostic.Span.Start) diagnostics.Add(diagnostic);
    }

    private void SkipSemicolons()
    {
        while (tokens.KindAt(position) == TokenKind.Semicolon) position++;
    }

    /// <summary>
    /// The statement before has ended here: a new line always ends it (the grammar took all that could go on), on the same
    /// line only what can be another statement.
    /// </summary>
    private bool EndsStatement()
    {
        Token token = tokens[position];
        return token.StartsLine
            || token.Kind switch
            {
                TokenKind.EndOfFile or TokenKind.CloseBrace or TokenKind.Semicolon or TokenKind.At => true,
                >= TokenKind.Param and <= TokenKind.Repeat => true,
                TokenKind.OpenParenthesis => true,
                TokenKind.Identifier or TokenKind.ReductionWord =>
                    tokens.KindAt(position + 1) is TokenKind.Assign or TokenKind.OpenBracket,
                _ => false,
            };
    }

    private bool EndsDeclaration() =>
        tokens[position].StartsLine
        || tokens.KindAt(position) is TokenKind.EndOfFile or TokenKind.Semicolon or TokenKind.At
            or TokenKind.Const or TokenKind.Fn or TokenKind.Layer or TokenKind.Model;

    private sealed record Block(ImmutableArray<StatementSyntax> Statements, bool HasErrors, SourceSpan End);
}
