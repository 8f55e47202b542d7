using SsmDsl.Lowering;
using SsmDsl.Semantics;

namespace SsmDsl.Emit;

/// <summary>Values in kernels for ILGPU: memory is views with positions in them, for there are no pointers.</summary>
/// <param name="memory">What a pointer stands for.</param>
internal sealed class IlgpuValueText(
    ScalarDialect dialect, RealType real, Func<Variable, string> names, Func<DimSymbol, string> dims, Func<string, string> context,
    Func<Variable, ViewPlace> memory)
    : ValueText(dialect, real, names, dims, context)
{
    public override CSharp Element(Variable pointer, Place offset)
    {
        ViewPlace place = memory(pointer);
        CSharp position = Position(place.Start, offset);
        return new CSharp($"{place.View}[{(place.Columns is { } columns ? Column(position, columns) : position)}]", Precedence.Primary);
    }

    /// <summary>The position of an element of the thread's own column.</summary>
    public static CSharp Column(CSharp element, int columns) =>
        CSharp.Binary(CSharp.Binary(element, "*", CSharp.Number(columns), Precedence.Multiplicative), "+", CSharp.Name("column"), Precedence.Additive);

    /// <summary>A position in the view that a pointer stands for.</summary>
    public CSharp Position(string? start, Place offset) =>
        start is null ? Of(offset)
        : offset.Equals(Place.Zero) ? CSharp.Name(start)
        : CSharp.Binary(CSharp.Name(start), "+", Of(offset), Precedence.Additive);

    protected override CSharp Load(Variable pointer, Place offset) => pointer.Element == ElementType.Bool
        ? CSharp.Binary(Element(pointer, offset), "!=", CSharp.Number(0), Precedence.Equality)
        : Element(pointer, offset);
}

/// <summary>What a pointer stands for.</summary>
/// <param name="View">All of the memory.</param>
/// <param name="Start">The position in it that the pointer points to, or null for the first.</param>
/// <param name="Columns">How many threads have a column each of the memory; null where it is one for all.</param>
internal sealed record ViewPlace(string View, string? Start, int? Columns);
