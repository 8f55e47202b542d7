using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Sprache;
using SsmDsl.Text;

namespace SsmDsl.Parsing;

/// <param name="Span">With the brackets around the items.</param>
internal sealed record Bracketed<T>(ImmutableArray<T> Items, SourceSpan Span);

/// <summary>
/// Combinators beside Sprache's own. They choose by looking at the next tokens and never go back, so parsing is linear,
/// and they iterate where Sprache's recurse, so that long lists and chains need no stack.
/// </summary>
internal static class Combinators
{
    /// <summary>The parser that <paramref name="choose"/> picks from the tokens ahead.</summary>
    public static Parser<T> Choose<T>(Func<TokenInput, Parser<T>> choose) => i => choose((TokenInput)i)(i);

    /// <summary>Fails, naming what was expected.</summary>
    public static Parser<T> Expected<T>(string what) => i => ((TokenInput)i).Fail<T>(what);

    public static Parser<T> Rejected<T>(string message) => i => ((TokenInput)i).Reject<T>(message);

    /// <summary>The value of <paramref name="parser"/> if the tokens ahead call for it, else the default, consuming nothing.</summary>
    public static Parser<T?> When<T>(Func<TokenInput, bool> condition, Parser<T> parser) where T : class
    {
        Parser<T?> none = Parse.Return<T?>(null);
        return i => condition((TokenInput)i) ? parser(i) : none(i);
    }

    /// <summary>As <see cref="When{T}(Func{TokenInput, bool}, Parser{T})"/>; a token of another kind is noted as unexpected.</summary>
    public static Parser<T?> When<T>(TokenKind kind, Parser<T> parser) where T : class
    {
        string description = Vocabulary.Describe(kind);
        return When(input =>
        {
            if (input.Kind == kind) return true;
            input.Attempt.Expect(input.Position, description);
            return false;
        }, parser);
    }

    /// <summary>A rule that contains itself: limits how deep it may go.</summary>
    public static Parser<T> Nested<T>(Func<Parser<T>> rule) => i =>
    {
        var input = (TokenInput)i;
        if (input.Attempt.Depth >= BracketPass.DeepestNesting) return input.Reject<T>(ParseAttempt.TooDeep);
        RuntimeHelpers.EnsureSufficientExecutionStack();
        input.Attempt.Depth++;
        IResult<T> result = rule()(i);
        input.Attempt.Depth--;
        return result;
    };

    /// <summary>Items between brackets with commas between them; none at all if <paramref name="mayBeEmpty"/>.</summary>
    public static Parser<Bracketed<T>> ListOf<T>(TokenKind open, Parser<T> item, TokenKind close, bool mayBeEmpty = true)
    {
        string closing = Vocabulary.Describe(close);
        string comma = Vocabulary.Describe(TokenKind.Comma);
        Parser<SourceSpan> opening = Terminals.Token(open);
        return i =>
        {
            IResult<SourceSpan> first = opening(i);
            if (!first.WasSuccessful) return Result.Failure<Bracketed<T>>(i, "", []);
            var input = (TokenInput)first.Remainder;
            var items = ImmutableArray.CreateBuilder<T>();
            while (input.Kind != close || items.Count > 0 || !mayBeEmpty)
            {
                if (mayBeEmpty && items.Count == 0) input.Attempt.Expect(input.Position, closing);
                IResult<T> next = item(input);
                if (!next.WasSuccessful) return Result.Failure<Bracketed<T>>(next.Remainder, "", []);
                items.Add(next.Value);
                input = (TokenInput)next.Remainder;
                if (input.Kind == close) break;
                if (input.Kind != TokenKind.Comma)
                {
                    input.Attempt.Expect(input.Position, comma);
                    return input.Fail<Bracketed<T>>(closing);
                }
                input = input.Next;
            }
            return Result.Success(new Bracketed<T>(items.ToImmutable(), first.Value.To(input.Span)), input.Next);
        };
    }

    /// <summary>One or more items with a separator between them.</summary>
    public static Parser<ImmutableArray<T>> Separated<T>(Parser<T> item, TokenKind separator) => i =>
    {
        var items = ImmutableArray.CreateBuilder<T>();
        while (true)
        {
            IResult<T> next = item(i);
            if (!next.WasSuccessful) return Result.Failure<ImmutableArray<T>>(next.Remainder, "", []);
            items.Add(next.Value);
            var input = (TokenInput)next.Remainder;
            if (input.Kind != separator) return Result.Success(items.ToImmutable(), input);
            i = input.Next;
        }
    };

    /// <summary>Items for as long as the next token is of a kind.</summary>
    public static Parser<ImmutableArray<T>> While<T>(TokenKind kind, Parser<T> item) => i =>
    {
        var items = ImmutableArray.CreateBuilder<T>();
        var input = (TokenInput)i;
        while (input.Kind == kind)
        {
            IResult<T> next = item(input);
            if (!next.WasSuccessful) return Result.Failure<ImmutableArray<T>>(next.Remainder, "", []);
            items.Add(next.Value);
            input = (TokenInput)next.Remainder;
        }
        return Result.Success(items.ToImmutable(), input);
    };

    /// <summary>
    /// Operands with operators between them, grouped to the left. <paramref name="combine"/> gets the whole so far, the
    /// place of the operator, and what follows it.
    /// </summary>
    public static Parser<T> ChainLeft<T, TNext>(
        Parser<T> first,
        Func<TokenKind, bool> isOperator,
        Parser<TNext> next,
        Func<T, TokenInput, TNext, T> combine) => i =>
    {
        IResult<T> left = first(i);
        while (left.WasSuccessful)
        {
            var place = (TokenInput)left.Remainder;
            if (!isOperator(place.Kind))
            {
                place.Attempt.Expect(place.Position, "an operator");
                break;
            }
            IResult<TNext> right = next(place.Next);
            if (!right.WasSuccessful) return Result.Failure<T>(right.Remainder, "", []);
            left = Result.Success(combine(left.Value, place, right.Value), right.Remainder);
        }
        return left;
    };
}
