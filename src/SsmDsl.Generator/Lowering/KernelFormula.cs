using SsmDsl.Semantics;
using SsmDsl.Semantics.Printing;

namespace SsmDsl.Lowering;

/// <summary>Writes what kernels compute with, for <see cref="KernelPrinter"/>.</summary>
internal sealed class KernelFormula(DistinctNames names)
{
    public string NameOf(Variable variable) => names.Of(variable, variable.Hint);

    public Formula Of(Value value) => value switch
    {
        ConstantValue { Type: ElementType.Bool } c => Formula.Truth(c.Number != 0),
        ConstantValue c => Formula.Number(c.Number),
        VariableValue v => Formula.Name(NameOf(v.Variable)),
        PlaceValue p => Of(p.Place),
        RunConstant r => Formula.Name(r.Kind.ToString().ToLowerInvariant()),
        ElementValue e => Element(e.Pointer, e.Offset),
        OperationValue o => OperationFormula.Of(o.Op, [.. o.Arguments.Select(Of)]),
        ChoiceValue c => Formula.Conditional(Of(c.Condition), Of(c.Then), Of(c.Else)),
        InsideValue i => new Formula($"0 <= {Of(i.Place).In(Binding.Sum)} < {i.Extent}", Binding.Comparison),
        DrawValue d => Formula.Name($"{d.Kind} {d.PathHash:x8}[{string.Join(", ", d.Parts.Select(p => Of(p.Index).Text))}]"),
        _ => throw new NotSupportedException(value.GetType().Name),
    };

    public Formula Of(Place place)
    {
        Formula? sum = null;
        foreach (PlaceTerm term in place.Terms)
        {
            bool isMinus = sum is not null && term.Factor.TryGetConstant(out long factor) && factor < 0;
            Dim size = isMinus ? -term.Factor : term.Factor;
            Formula variable = Formula.Name(NameOf(term.Variable));
            Formula product = size.Equals((Dim)1) ? variable : Formula.Infix(variable, "*", Formula.Of(size), Binding.Product);
            sum = sum is null ? product : Formula.Infix(sum, isMinus ? " - " : " + ", product, Binding.Sum);
        }

        if (sum is null) return Formula.Of(place.Constant);
        return !place.Constant.TryGetConstant(out long constant) ? Formula.Infix(sum, " + ", Formula.Of(place.Constant), Binding.Sum)
            : constant == 0 ? sum
            : Formula.Infix(sum, constant < 0 ? " - " : " + ", Formula.Number(Math.Abs(constant)), Binding.Sum);
    }

    public Formula Of(PlaceSource source) => source switch
    {
        SumSource s => Of(s.Place),
        QuotientSource q => Formula.Infix(Of(q.Dividend), " div ", Formula.Number(q.Divisor), Binding.Product),
        RemainderSource r => Formula.Infix(Of(r.Dividend), " mod ", Formula.Number(r.Divisor), Binding.Product),
        ValueSource v => Of(v.Value),
        _ => throw new NotSupportedException(source.GetType().Name),
    };

    public Formula Element(Variable pointer, Place offset) => Formula.Name($"{NameOf(pointer)}[{Of(offset).Text}]");
}
