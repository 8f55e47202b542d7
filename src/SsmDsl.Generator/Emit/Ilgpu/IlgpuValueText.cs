using SsmDsl.Lowering;
using SsmDsl.Semantics;

namespace SsmDsl.Emit;

/// <summary>Values in kernels for ILGPU: memory is views with positions in them, for there are no pointers.</summary>
/// <param name="memory">The view that a pointer stands for, and the position in it that it points to, or null for the first.</param>
internal sealed class IlgpuValueText(
    ScalarDialect dialect, RealType real, Func<Variable, string> names, Func<DimSymbol, string> dims, Func<string, string> context,
    Func<Variable, (string View, string? Start)> memory)
    : ValueText(dialect, real, names, dims, context)
{
    public override CSharp Element(Variable pointer, Place offset)
    {
        (string view, string? start) = memory(pointer);
        return new CSharp($"{view}[{Position(start, offset)}]", Precedence.Primary);
    }

    /// <summary>A position in the view that a pointer stands for.</summary>
    public CSharp Position(string? start, Place offset) =>
        start is null ? Of(offset)
        : offset.Equals(Place.Zero) ? CSharp.Name(start)
        : CSharp.Binary(CSharp.Name(start), "+", Of(offset), Precedence.Additive);

    protected override CSharp Load(Variable pointer, Place offset) => pointer.Element == ElementType.Bool
        ? CSharp.Binary(Element(pointer, offset), "!=", CSharp.Number(0), Precedence.Equality)
        : Element(pointer, offset);
}
