using System.Globalization;
using SsmDsl.Ir;
using SsmDsl.Lowering;
using SsmDsl.Semantics;

namespace SsmDsl.Emit;

/// <summary>Values as C#.</summary>
/// <param name="dialect">Of the device that the kernel is for.</param>
/// <param name="names">Of variables.</param>
/// <param name="context">Of what comes with the run: training, start, offset, key.</param>
internal class ValueText(
    ScalarDialect dialect, RealType real, Func<Variable, string> names, Func<DimSymbol, string> dims, Func<string, string> context)
{
    public CSharp Of(Value value) => value switch
    {
        ConstantValue c => Literal(c.Number, c.Type),
        VariableValue v => CSharp.Name(names(v.Variable)),
        PlaceValue p => dialect.Position == "int" ? Of(p.Place) : CSharp.Cast("int", Of(p.Place)),
        RunConstant r => CSharp.Name(context(r.Kind.ToString().ToLowerInvariant())),
        ElementValue e => Load(e.Pointer, e.Offset),
        OperationValue o => OperationText.Of(o, [.. o.Arguments.Select(Of)], TypeName(o.Type), dialect),
        ChoiceValue c => new CSharp(
            $"{Of(c.Condition).At(Precedence.Or)} ? {Of(c.Then).At(Precedence.Or)} : {Of(c.Else).At(Precedence.Conditional)}", Precedence.Conditional),
        InsideValue i => new CSharp($"{CSharp.Cast(dialect.Unsigned, Of(i.Place))} < {CSharp.Cast(dialect.Unsigned, Of(i.Extent))}", Precedence.Relational),
        DrawValue d => Draw(d),
        _ => throw new NotSupportedException(value.GetType().Name),
    };

    public CSharp Of(Dim dim) => DimText.Of(dim, dims, dialect);

    public CSharp Of(Place place)
    {
        CSharp? sum = null;
        foreach (PlaceTerm term in place.Terms)
        {
            CSharp variable = CSharp.Name(names(term.Variable));
            bool isNegative = term.Factor.TryGetConstant(out long factor) && factor < 0 && sum is not null;
            Dim size = isNegative ? -term.Factor : term.Factor;
            CSharp product = size.Equals((Dim)1) ? variable : CSharp.Binary(variable, "*", Of(size), Precedence.Multiplicative);
            sum = sum is { } before ? CSharp.Binary(before, isNegative ? "-" : "+", product, Precedence.Additive) : product;
        }

        if (sum is not { } terms) return Of(place.Constant);
        if (place.Constant.TryGetConstant(out long constant))
            return constant == 0 ? terms : CSharp.Binary(terms, constant < 0 ? "-" : "+", CSharp.Number(Math.Abs(constant)), Precedence.Additive);
        return CSharp.Binary(terms, "+", Of(place.Constant), Precedence.Additive);
    }

    public CSharp Of(PlaceSource source) => source switch
    {
        SumSource s => Of(s.Place),
        ValueSource v => Of(v.Value),
        QuotientSource { NeverNegative: true } q => CSharp.Binary(Of(q.Dividend), "/", CSharp.Number(q.Divisor), Precedence.Multiplicative),
        RemainderSource { NeverNegative: true } r => CSharp.Binary(Of(r.Dividend), "%", CSharp.Number(r.Divisor), Precedence.Multiplicative),
        QuotientSource q => CSharp.Call($"{dialect.Positions}.FloorDivide", Of(q.Dividend), CSharp.Number(q.Divisor)),
        RemainderSource r => CSharp.Call($"{dialect.Positions}.Modulo", Of(r.Dividend), CSharp.Number(r.Divisor)),
        _ => throw new NotSupportedException(source.GetType().Name),
    };

    /// <summary>The value of an element.</summary>
    protected virtual CSharp Load(Variable pointer, Place offset) => Element(pointer, offset);

    /// <summary>An element as a place to read or write.</summary>
    public virtual CSharp Element(Variable pointer, Place offset) => new($"{names(pointer)}[{Of(offset)}]", Precedence.Primary);

    public string TypeName(ElementType type) => ElementName(type, real);

    public static string ElementName(ElementType type, RealType real) => type switch
    {
        ElementType.Int => "int",
        ElementType.Bool => "bool",
        ElementType.Real => RealName(real),
        _ => throw new NotSupportedException($"no {type} in lowered programs"),
    };

    public int Bytes(ElementType type) => type switch
    {
        ElementType.Bool => 1,
        ElementType.Real when real == RealType.Float64 => 8,
        _ => 4,
    };

    public string TypeName(Variable variable) => variable.Kind switch
    {
        VariableKind.Position => dialect.Position,
        VariableKind.Pointer => TypeName(variable.Element) + "*",
        _ => TypeName(variable.Element),
    };

    public static string RealName(RealType real) => real == RealType.Float32 ? "float" : "double";

    private CSharp Literal(double number, ElementType type)
    {
        if (type == ElementType.Bool) return CSharp.Name(number != 0 ? "true" : "false");
        if (type == ElementType.Int) return number == int.MinValue ? CSharp.Name("int.MinValue") : CSharp.Number((long)number);
        string name = RealName(real);
        if (double.IsNaN(number)) return CSharp.Name($"{name}.NaN");
        bool isFinite = real == RealType.Float32 ? !float.IsInfinity((float)number) : !double.IsInfinity(number);
        if (!isFinite) return CSharp.Name($"{name}.{(number > 0 ? "Positive" : "Negative")}Infinity");
        string text = real == RealType.Float32 ? Shortest((float)number) + "f" : Shortest(number) + "d";
        return new CSharp(text, text[0] == '-' ? Precedence.Unary : Precedence.Primary);
    }

    private static string Shortest(float number)
    {
        string text = number.ToString("R", CultureInfo.InvariantCulture);
        string exact = float.Parse(text, CultureInfo.InvariantCulture) == number ? text : number.ToString("G9", CultureInfo.InvariantCulture);
        return number == 0 && 1 / number < 0 ? "-0" : exact;
    }

    private static string Shortest(double number)
    {
        string text = number.ToString("R", CultureInfo.InvariantCulture);
        string exact = double.Parse(text, CultureInfo.InvariantCulture) == number ? text : number.ToString("G17", CultureInfo.InvariantCulture);
        return number == 0 && 1 / number < 0 ? "-0" : exact;
    }

    private CSharp Draw(DrawValue draw)
    {
        CSharp position = CSharp.Name("0UL");
        foreach ((Value index, long? size) in draw.Parts)
        {
            CSharp part = index is ConstantValue { Number: >= 0 } c
                ? CSharp.Name(((long)c.Number).ToString(CultureInfo.InvariantCulture) + "UL")
                : new CSharp($"(ulong){CSharp.Cast("long", Of(index))}", Precedence.Unary);
            string factor = (size ?? 1L << 32).ToString(CultureInfo.InvariantCulture) + "UL";
            position = position.Text == "0UL"
                ? part
                : CSharp.Binary(CSharp.Binary(position, "*", CSharp.Name(factor), Precedence.Multiplicative), "+", part, Precedence.Additive);
        }

        string path = $"0x{draw.PathHash:X8}u";
        string sequence = draw.Sequence is null ? "0u" : $"{CSharp.Cast("uint", Of(draw.Sequence))}";
        string arguments = draw.Kind == DrawKind.Uniform
            ? $"{position}, {sequence}, {path}, {context("key")}"
            : $"{position}, {path}, {context("key")}";
        string call = $"{dialect.Random}.{draw.Kind}({arguments})";
        bool isFloat = draw.Kind == DrawKind.Uniform;
        return isFloat == (real == RealType.Float32) ? CSharp.Name(call) : new CSharp($"({RealName(real)}){call}", Precedence.Unary);
    }
}
