using SsmDsl.Lowering;
using SsmDsl.Semantics;

namespace SsmDsl.Emit;

/// <summary>How vectors of one width are spelled.</summary>
/// <param name="Bits">512, 256 or 128.</param>
/// <param name="Functions">The classes of functions of reals.</param>
internal sealed record LaneDialect(int Bits, RealType Real, FunctionClasses Functions)
{
    /// <summary>The class that reads and writes memory in lanes, and adds them up.</summary>
    public const string Memory = "Lanes.";

    public int Width => Bits / (Real == RealType.Float32 ? 32 : 64);

    /// <summary>The class with the operations.</summary>
    public string Vectors => $"V{Bits}";

    /// <summary>Of reals, and of masks: all bits of a lane set where it is true.</summary>
    public string Vector => $"{(Real == RealType.Float32 ? 'F' : 'D')}{Width}";

    /// <summary>Of ints, as many as of reals: for float32 only.</summary>
    public string IntVector => $"I{Bits / 32}";

    public string TypeOf(ElementType type) => type == ElementType.Int ? IntVector : Vector;

    /// <summary>Whether it has lanes for all that a loop needs.</summary>
    public bool Has(LaneShape shape) => !shape.HasInts || Real == RealType.Float32;

    public CSharp Call(string function, params CSharp[] arguments) => CSharp.Call($"{Vectors}.{function}", arguments);

    /// <summary>A function of reals.</summary>
    public CSharp CallFunction(ScalarOp op, params CSharp[] arguments) => CSharp.Call($"{Functions.Lanes}.{op}", arguments);

    public CSharp Broadcast(CSharp scalar) => Call("Create", scalar);

    public CSharp All => CSharp.Name($"{Vector}.AllBitsSet");
}
