using System.Globalization;
using SsmDsl.Semantics;

namespace SsmDsl.Emit;

/// <summary>A size as C# over variables of the type that positions have.</summary>
/// <param name="type">That type.</param>
/// <param name="positions">The class of its divisions.</param>
internal sealed class DimText(Func<DimSymbol, string> names, string type, string positions) : IDimAlgebra<CSharp>
{
    /// <summary>On the host, wherever the text stands.</summary>
    public static CSharp Of(Dim dim, Func<DimSymbol, string> names) => dim.Fold(new DimText(names, "nint", "global::SsmDsl.Numerics.Positions"));

    public static CSharp Of(Dim dim, Func<DimSymbol, string> names, ScalarDialect dialect) =>
        dim.Fold(new DimText(names, dialect.Position, dialect.Positions));

    public CSharp Constant(long value) => CSharp.Number(value);

    public CSharp Symbol(DimSymbol symbol) => new(names(symbol), Precedence.Primary);

    public CSharp Add(CSharp a, CSharp b) => CSharp.Binary(a, "+", b, Precedence.Additive);

    public CSharp Subtract(CSharp a, CSharp b) => CSharp.Binary(a, "-", b, Precedence.Additive);

    public CSharp Multiply(CSharp a, CSharp b) => CSharp.Binary(a, "*", b, Precedence.Multiplicative);

    public CSharp Divide(CSharp a, CSharp b) => CSharp.Binary(a, "/", b, Precedence.Multiplicative);

    public CSharp Ceil(CSharp a, CSharp b) => CSharp.Call($"{positions}.Ceiling", a, b);

    public CSharp Floor(CSharp a, CSharp b) => CSharp.Call($"{positions}.FloorDivide", a, b);

    public CSharp Min(CSharp a, CSharp b) => CSharp.Call($"{type}.Min", a, b);

    public CSharp Max(CSharp a, CSharp b) => CSharp.Call($"{type}.Max", a, b);
}

/// <summary>How strongly an expression of C# holds together.</summary>
internal enum Precedence
{
    Conditional,
    Or,
    And,
    Equality,
    Relational,
    Additive,
    Multiplicative,
    Unary,
    Primary,
}

/// <summary>An expression of C#.</summary>
internal readonly record struct CSharp(string Text, Precedence Precedence)
{
    public static CSharp Number(long value) =>
        new(value.ToString(CultureInfo.InvariantCulture), value < 0 ? Precedence.Unary : Precedence.Primary);

    public static CSharp Name(string name) => new(name, Precedence.Primary);

    /// <summary>Operators group to the left.</summary>
    public static CSharp Binary(CSharp a, string op, CSharp b, Precedence precedence) =>
        new($"{a.At(precedence)} {op} {b.At(precedence + 1)}", precedence);

    public static CSharp Call(string function, params CSharp[] arguments) =>
        new($"{function}({string.Join(", ", arguments.Select(a => a.Text))})", Precedence.Primary);

    /// <summary>Where the type is a plain identifier to the grammar (nint), a minus would subtract from it.</summary>
    public static CSharp Cast(string type, CSharp a) =>
        new($"({type}){(a.Text[0] == '-' ? $"({a.Text})" : a.At(Precedence.Unary))}", Precedence.Unary);

    /// <summary>In parentheses if it holds together less strongly.</summary>
    public string At(Precedence least) => Precedence < least ? $"({Text})" : Text;

    public override string ToString() => Text;
}
