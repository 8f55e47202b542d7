using System.Collections.Immutable;

namespace SsmDsl.Semantics.Checking;

/// <summary>What a built-in function takes and gives.</summary>
internal enum FunctionDomain
{
    /// <summary>real to real.</summary>
    Real,

    /// <summary>real to real, complex to complex.</summary>
    Field,

    /// <summary>int to int, real to real.</summary>
    Ordered,

    /// <summary>Keeps int and real, complex gives real.</summary>
    Magnitude,

    /// <summary>complex to real.</summary>
    Part,

    /// <summary>complex to complex.</summary>
    Complex,
}

/// <param name="Arity">Number of arguments.</param>
internal sealed record ScalarFunction(string Name, ScalarOp Op, int Arity, FunctionDomain Domain);

/// <summary>The scalar functions known to the compiler.</summary>
internal static class Functions
{
    private static readonly ImmutableDictionary<string, ScalarFunction> Table = new ScalarFunction[]
    {
        new("exp", ScalarOp.Exp, 1, FunctionDomain.Field),
        new("log", ScalarOp.Log, 1, FunctionDomain.Field),
        new("log1p", ScalarOp.Log1p, 1, FunctionDomain.Real),
        new("expm1", ScalarOp.Expm1, 1, FunctionDomain.Real),
        new("sqrt", ScalarOp.Sqrt, 1, FunctionDomain.Field),
        new("sin", ScalarOp.Sin, 1, FunctionDomain.Real),
        new("cos", ScalarOp.Cos, 1, FunctionDomain.Real),
        new("tanh", ScalarOp.Tanh, 1, FunctionDomain.Real),
        new("sigmoid", ScalarOp.Sigmoid, 1, FunctionDomain.Real),
        new("softplus", ScalarOp.Softplus, 1, FunctionDomain.Real),
        new("erf", ScalarOp.Erf, 1, FunctionDomain.Real),
        new("abs", ScalarOp.Abs, 1, FunctionDomain.Magnitude),
        new("sign", ScalarOp.Sign, 1, FunctionDomain.Ordered),
        new("floor", ScalarOp.Floor, 1, FunctionDomain.Real),
        new("min", ScalarOp.Min, 2, FunctionDomain.Ordered),
        new("max", ScalarOp.Max, 2, FunctionDomain.Ordered),
        new("re", ScalarOp.Re, 1, FunctionDomain.Part),
        new("im", ScalarOp.Im, 1, FunctionDomain.Part),
        new("conj", ScalarOp.Conj, 1, FunctionDomain.Complex),
    }.ToImmutableDictionary(f => f.Name);

    public static IEnumerable<string> Names => Table.Keys;

    public static ScalarFunction? Find(string name) => Table.TryGetValue(name, out ScalarFunction? function) ? function : null;
}
