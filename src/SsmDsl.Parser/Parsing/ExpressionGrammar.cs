using System.Collections.Immutable;
using Sprache;
using SsmDsl.Syntax;
using SsmDsl.Text;
using static SsmDsl.Parsing.Combinators;
using static SsmDsl.Parsing.Terminals;

namespace SsmDsl.Parsing;

/// <summary>
/// Expressions, a rule for each level of precedence, weakest first:
/// <code>
/// expression  = choice { "|>" application }
/// choice      = "if" expression "then" expression "else" choice | or
/// or          = and { "or" and }
/// and         = not { "and" not }
/// not         = "not" not | comparison
/// comparison  = sum [ ("==" | "!=" | "&lt;" | "&lt;=" | ">" | ">=") sum ]
/// sum         = product { ("+" | "-") product }
/// product     = factor { ("*" | "/" | "div" | "mod") factor }
/// factor      = reduction | "-" factor | atom [ "^" factor ]
/// reduction   = word "[" index { "," index } [ "|" expression ] "]" product      (softmax: factor)
/// atom        = number | "true" | "false" | "(" expression ")" | application
/// application = name [ "[" entries "]" ] [ "(" arguments ")" ] [ "as" name { "." name } ]
/// </code>
/// </summary>
internal sealed class ExpressionGrammar
{
    private static readonly Parser<SourceSpan> Colon = Token(TokenKind.Colon);
    private static readonly Parser<SourceSpan> CloseParenthesis = Token(TokenKind.CloseParenthesis);
    private static readonly Parser<SourceSpan> CloseBracket = Token(TokenKind.CloseBracket);

    public static readonly Parser<DottedName> DottedPath =
        from parts in Separated(Identifier, TokenKind.Dot)
        select new DottedName(parts, parts[0].Span.To(parts[parts.Length - 1].Span));

    /// <summary>An expression between brackets, where everything may stand again.</summary>
    private static readonly Parser<ExpressionSyntax> Inner = Nested(Anything);

    private static readonly Parser<BracketEntrySyntax> SliceEntry =
        from dots in Token(TokenKind.Slice)
        select new BracketEntrySyntax(null, null, dots);

    private static readonly Parser<BracketEntrySyntax> LabelledEntry =
        from label in Identifier
        from colon in Colon
        from value in Inner
        select new BracketEntrySyntax(label, value, label.Span.To(value.Span));

    private static readonly Parser<BracketEntrySyntax> PlainEntry =
        from value in Inner
        select new BracketEntrySyntax(null, value, value.Span);

    private static readonly Parser<BracketEntrySyntax> Entry = Choose(input =>
        input.Kind == TokenKind.Slice ? SliceEntry : IsLabel(input) ? LabelledEntry : PlainEntry);

    /// <summary>Indices, sizes or slices between square brackets.</summary>
    public static readonly Parser<Bracketed<BracketEntrySyntax>> Entries =
        ListOf(TokenKind.OpenBracket, Entry, TokenKind.CloseBracket);

    private static readonly Parser<ArgumentSyntax> LabelledArgument =
        from label in Identifier
        from colon in Colon
        from value in Inner
        select new ArgumentSyntax(label, value, label.Span.To(value.Span));

    private static readonly Parser<ArgumentSyntax> PlainArgument =
        from value in Inner
        select new ArgumentSyntax(null, value, value.Span);

    private static readonly Parser<Bracketed<ArgumentSyntax>> Arguments =
        ListOf(TokenKind.OpenParenthesis, Choose(input => IsLabel(input) ? LabelledArgument : PlainArgument), TokenKind.CloseParenthesis);

    private static readonly Parser<DottedName> InstanceName =
        from word in Token(TokenKind.As)
        from name in DottedPath
        select name;

    private static readonly Parser<ExpressionSyntax?> RangeOfIndex = When(TokenKind.Colon, Colon.Then(_ => Inner));

    private static readonly Parser<ReductionIndexSyntax> ReductionIndex =
        from index in Identifier
        from size in RangeOfIndex
        select new ReductionIndexSyntax(index, size, index.Span.To(size?.Span ?? index.Span));

    private static readonly Parser<ImmutableArray<ReductionIndexSyntax>> ReductionIndices = Separated(ReductionIndex, TokenKind.Comma);
    private static readonly Parser<ExpressionSyntax?> Condition = When(TokenKind.Bar, Token(TokenKind.Bar).Then(_ => Inner));

    private static readonly Parser<ReductionScope> Scope =
        from open in Token(TokenKind.OpenBracket)
        from indices in ReductionIndices
        from condition in Condition
        from close in CloseBracket
        select new ReductionScope(indices, condition);

    /// <summary>Every expression but those in front of an <c>as</c> of their own.</summary>
    public static readonly ExpressionGrammar Full = new(namesInstances: true);

    /// <summary>The count of a repeat: the <c>as</c> that follows belongs to the repeat.</summary>
    public static readonly ExpressionGrammar BeforeAs = new(namesInstances: false);

    private readonly Parser<ExpressionSyntax> factor;
    private readonly Parser<ExpressionSyntax> product;

    private ExpressionGrammar(bool namesInstances)
    {
        Application = ApplicationRule(namesInstances);
        Parser<ExpressionSyntax> nestedFactor = Nested(() => factor!);
        Parser<ExpressionSyntax> nestedProduct = Nested(() => product!);

        Parser<ExpressionSyntax> reduction =
            from word in Identifier
            from scope in Scope
            from body in word.Text == "softmax" ? nestedFactor : nestedProduct
            select new ReductionSyntax(word, scope.Indices, scope.Condition, body, word.Span.To(body.Span));

        Parser<ExpressionSyntax> negation =
            from minus in Token(TokenKind.Minus)
            from operand in nestedFactor
            select new UnarySyntax(UnaryOperator.Negate, operand, minus.To(operand.Span));

        Parser<ExpressionSyntax> parentheses =
            from open in Token(TokenKind.OpenParenthesis)
            from inner in Inner
            from close in CloseParenthesis
            select new ParenthesesSyntax(inner, open.To(close));

        Parser<SourceSpan> @true = Token(TokenKind.True);
        Parser<SourceSpan> @false = Token(TokenKind.False);
        Parser<ExpressionSyntax> truth =
            from word in Choose(input => input.Kind == TokenKind.True ? @true : @false)
            select new BoolSyntax(word.Length == "true".Length, word);

        Parser<ExpressionSyntax> number = Number;
        Parser<ExpressionSyntax> wholeReduction = Application.Select(ReductionOfAll);
        Parser<ExpressionSyntax> nothing = Expected<ExpressionSyntax>("an expression");
        Parser<ExpressionSyntax> atom = Choose(input => input.Kind switch
        {
            TokenKind.Identifier => Application,
            TokenKind.ReductionWord => wholeReduction,
            TokenKind.Number => number,
            TokenKind.OpenParenthesis => parentheses,
            TokenKind.True or TokenKind.False => truth,
            _ => nothing,
        });

        Parser<ExpressionSyntax> power = i =>
        {
            IResult<ExpressionSyntax> result = atom(i);
            if (!result.WasSuccessful || result.Remainder is not TokenInput { Kind: TokenKind.Caret } caret) return result;
            IResult<ExpressionSyntax> right = nestedFactor(caret.Next);
            return right.WasSuccessful ? Result.Success(Binary(result.Value, caret, right.Value), right.Remainder) : right;
        };

        factor = Choose(input => input.Kind switch
        {
            TokenKind.Minus => negation,
            TokenKind.ReductionWord when input.Next.FollowsOnLine(TokenKind.OpenBracket) => reduction,
            _ => power,
        });
        product = Operations(factor, Operators.Multiplicative);
        Parser<ExpressionSyntax> operations = Operations(factor, Operators.Or);

        Parser<ExpressionSyntax>? choice = null;
        Parser<ExpressionSyntax> nestedChoice = Nested(() => choice!);
        Parser<SourceSpan> then = Token(TokenKind.Then);
        Parser<SourceSpan> @else = Token(TokenKind.Else);
        Parser<ExpressionSyntax> conditional =
            from word in Token(TokenKind.If)
            from condition in Inner
            from thenWord in then
            from taken in Inner
            from elseWord in @else
            from other in nestedChoice
            select new IfSyntax(condition, taken, other, word.To(other.Span));
        choice = Choose(input => input.Kind == TokenKind.If ? conditional : operations);

        Expression = ChainLeft(choice, kind => kind == TokenKind.Pipe, PipeTarget(Application), Pipe);
    }

    public Parser<ExpressionSyntax> Expression { get; }

    /// <summary>A name with what may follow it. Of a layer: dimensions, arguments, the name of the instance.</summary>
    public Parser<ApplySyntax> Application { get; }

    private static Parser<ExpressionSyntax> Anything() => Full.Expression;

    private static Parser<ApplySyntax> PipeTarget(Parser<ApplySyntax> application)
    {
        Parser<ApplySyntax> nothing = Expected<ApplySyntax>("the name of a layer or function");
        return Choose(input => Vocabulary.IsName(input.Kind) ? application : nothing);
    }

    /// <summary>
    /// Operands with the operators from level <paramref name="weakest"/> on between them: a stack of what still waits for its
    /// right side, in one frame for all levels, so that nested text needs little stack.
    /// </summary>
    private static Parser<ExpressionSyntax> Operations(Parser<ExpressionSyntax> operand, int weakest) => i =>
    {
        var waiting = new Stack<Waiting>(0);
        var input = (TokenInput)i;
        while (true)
        {
            while (input.Kind == TokenKind.Not && Operators.Not >= weakest && (waiting.Count == 0 || waiting.Peek().Level <= Operators.Not))
            {
                if (waiting.Count > BracketPass.DeepestNesting) return input.Reject<ExpressionSyntax>(ParseAttempt.TooDeep);
                waiting.Push(new Waiting(null, input, Operators.Not));
                input = input.Next;
            }
            IResult<ExpressionSyntax> result = operand(input);
            if (!result.WasSuccessful) return result;
            ExpressionSyntax value = result.Value;
            input = (TokenInput)result.Remainder;
            int level = Operators.LevelOf(input.Kind);
            if (level < weakest)
            {
                level = 0;
                input.Attempt.Expect(input.Position, "an operator");
            }
            while (waiting.Count > 0 && waiting.Peek().Level >= level)
            {
                if (level == Operators.Comparison && waiting.Peek().Level == level) return input.Reject<ExpressionSyntax>(ChainedComparison(input));
                value = waiting.Pop().With(value);
            }
            if (level == 0) return waiting.Count == 0 && ReferenceEquals(value, result.Value) ? result : Result.Success(value, input);
            waiting.Push(new Waiting(value, input, level));
            input = input.Next;
        }
    };

    private static string ChainedComparison(TokenInput input) =>
        $"unexpected {Vocabulary.Describe(input.Kind)} after a comparison; expected two comparisons joined by 'and'";

    /// <summary>An operator whose right side is still to come; a prefix has no left side.</summary>
    private readonly record struct Waiting(ExpressionSyntax? Left, TokenInput Place, int Level)
    {
        public ExpressionSyntax With(ExpressionSyntax right) => Left is null
            ? new UnarySyntax(UnaryOperator.Not, right, Place.Span.To(right.Span))
            : Binary(Left, Place, right);
    }

    private static ExpressionSyntax Binary(ExpressionSyntax left, TokenInput place, ExpressionSyntax right) =>
        new BinarySyntax(Operators.Of(place.Kind), left, right, place.Span, left.Span.To(right.Span));

    private static ExpressionSyntax Pipe(ExpressionSyntax left, TokenInput place, ApplySyntax right) =>
        new PipeSyntax(left, right, left.Span.To(right.Span));

    /// <summary>Most of a text is names with indices: this rule is spelled out to read them fast.</summary>
    private static Parser<ApplySyntax> ApplicationRule(bool namesInstances) => i =>
    {
        IResult<Name> name = Identifier(i);
        if (!name.WasSuccessful) return Result.Failure<ApplySyntax>(i, "", []);
        var input = (TokenInput)name.Remainder;
        SourceSpan span = name.Value.Span;
        ImmutableArray<BracketEntrySyntax> brackets = default;
        ImmutableArray<ArgumentSyntax> arguments = default;
        DottedName? instance = null;
        bool read = true;
        if (input.FollowsOnLine(TokenKind.OpenBracket) && (read = Read(Entries, ref input, out Bracketed<BracketEntrySyntax>? entries)))
        {
            brackets = entries!.Items;
            span = span.To(entries.Span);
        }
        if (read && input.FollowsOnLine(TokenKind.OpenParenthesis) && (read = Read(Arguments, ref input, out Bracketed<ArgumentSyntax>? given)))
        {
            arguments = given!.Items;
            span = span.To(given.Span);
        }
        if (read && namesInstances && IsInstanceName(input) && (read = Read(InstanceName, ref input, out instance))) span = span.To(instance!.Span);
        return read
            ? Result.Success(new ApplySyntax(name.Value, brackets, arguments, instance, span), input)
            : Result.Failure<ApplySyntax>(input, "", []);
    };

    private static bool Read<T>(Parser<T> parser, ref TokenInput input, out T? value) where T : class
    {
        IResult<T> result = parser(input);
        value = result.WasSuccessful ? result.Value : null;
        if (result.WasSuccessful) input = (TokenInput)result.Remainder;
        return result.WasSuccessful;
    }

    /// <summary><c>mean(x)</c> reduces all axes; <c>max(a, b)</c> is a function.</summary>
    private static ExpressionSyntax ReductionOfAll(ApplySyntax apply)
    {
        bool reduces = apply is { Brackets.IsDefault: true, Arguments: { IsDefault: false, Length: 1 }, Instance: null }
            && apply.Arguments[0].Label is null;
        if (!reduces) return apply;
        var body = new ParenthesesSyntax(apply.Arguments[0].Value, new SourceSpan(apply.Span.File, apply.Name.Span.End, apply.Span.End));
        return new ReductionSyntax(apply.Name, default, null, body, apply.Span);
    }

    private static bool IsLabel(TokenInput input) => Vocabulary.IsName(input.Kind) && input.Next.Kind == TokenKind.Colon;

    /// <summary>An <c>as</c> in front of a text in quotes belongs to a parameter.</summary>
    private static bool IsInstanceName(TokenInput input) => input.Kind == TokenKind.As && input.Next.Kind != TokenKind.String;

    private sealed record ReductionScope(ImmutableArray<ReductionIndexSyntax> Indices, ExpressionSyntax? Condition);
}
