using System.Globalization;

namespace SsmDsl.Semantics.Printing;

/// <summary>How firmly the parts of a formula hold together, weakest first: the precedence of the language.</summary>
public enum Binding
{
    Conditional,
    Or,
    And,
    Not,
    Comparison,
    Sum,
    Reduction,
    Product,
    Sign,
    Power,

    /// <summary>A name, a number, a call.</summary>
    Whole,
}

/// <summary>A piece of a stage's text form, written as in a source file.</summary>
public sealed record Formula(string Text, Binding Binding)
{
    public static Formula Name(string text) => new(text, Binding.Whole);

    public static Formula Call(string function, IEnumerable<Formula> arguments) =>
        Name($"{function}({string.Join(", ", arguments.Select(a => a.Text))})");

    /// <summary>With every digit that tells it from other numbers.</summary>
    public static Formula Number(double value, double imaginary = 0)
    {
        if (imaginary == 0) return Signed(value.ToString("R", CultureInfo.InvariantCulture));
        string part = Math.Abs(imaginary).ToString("R", CultureInfo.InvariantCulture) + "i";
        return value == 0 ? Signed((imaginary < 0 ? "-" : "") + part)
            : new Formula($"{Number(value).Text} {(imaginary < 0 ? "-" : "+")} {part}", Binding.Sum);
    }

    public static Formula Truth(bool value) => Name(value ? "true" : "false");

    public static Formula Of(Dim size)
    {
        string text = size.ToString();
        return size.TryGetConstant(out _) ? Signed(text)
            : new Formula(text, text.All(c => char.IsLetterOrDigit(c) || c is '_' or '$') ? Binding.Whole : Binding.Sum);
    }

    public static Formula Conditional(Formula condition, Formula then, Formula otherwise) => new(
        $"if {condition.In(Binding.Or)} then {then.In(Binding.Or)} else {otherwise.Text}", Binding.Conditional);

    /// <summary><c>first operator second</c>, to the left.</summary>
    public static Formula Infix(Formula first, string sign, Formula second, Binding binding) =>
        new($"{first.In(binding)}{sign}{second.In(binding + 1)}", binding);

    /// <summary>In brackets if it holds together less firmly than its place asks for.</summary>
    public string In(Binding place) => Binding >= place ? Text : $"({Text})";

    private static Formula Signed(string number) => new(number, number[0] == '-' ? Binding.Sign : Binding.Whole);
}
