using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Lowering;

/// <summary>What a kernel computes with: an expression over variables and memory, free of indices and tensors.</summary>
public abstract record Value(ElementType Type);

public sealed record ConstantValue(double Number, ElementType Type) : Value(Type);

public sealed record VariableValue(Variable Variable) : Value(Variable.Element);

/// <summary>A position as an int.</summary>
public sealed record PlaceValue(Place Place) : Value(ElementType.Int);

/// <summary>A scalar that is the same for the whole run.</summary>
public sealed record RunConstant(RunValue Kind) : Value(Kind == RunValue.Offset ? ElementType.Int : ElementType.Bool);

/// <summary>The element of memory at a distance from a pointer.</summary>
public sealed record ElementValue(Variable Pointer, Place Offset) : Value(Pointer.Element);

public sealed record OperationValue(ScalarOp Op, ImmutableArray<Value> Arguments, ElementType Type) : Value(Type);

/// <summary>Evaluates only the branch taken.</summary>
public sealed record ChoiceValue(Value Condition, Value Then, Value Else) : Value(Then.Type);

/// <summary>Whether a position is one of 0 … Extent-1.</summary>
public sealed record InsideValue(Place Place, Dim Extent) : Value(ElementType.Bool);

/// <summary>A random draw at a row-major position.</summary>
/// <param name="Parts">Indices with the factors by which those before are multiplied; null is 2^32.</param>
public sealed record DrawValue(DrawKind Kind, uint PathHash, Place? Sequence, ImmutableArray<(Value Index, long? Size)> Parts)
    : Value(ElementType.Real);
