using System.Runtime.Intrinsics;
using SsmDsl.Numerics;
using D128 = System.Runtime.Intrinsics.Vector128<double>;
using D256 = System.Runtime.Intrinsics.Vector256<double>;
using D512 = System.Runtime.Intrinsics.Vector512<double>;
using F128 = System.Runtime.Intrinsics.Vector128<float>;
using F256 = System.Runtime.Intrinsics.Vector256<float>;
using F512 = System.Runtime.Intrinsics.Vector512<float>;

namespace SsmDsl.Runtime.Tests.Numerics;

/// <summary>One function in all its forms.</summary>
public sealed record LaneFunction<T, V128, V256, V512>(string Name, Func<T, T> Scalar, Func<V128, V128> By128, Func<V256, V256> By256, Func<V512, V512> By512)
{
    public override string ToString() => Name;
}

/// <summary>The functions of one argument that kernels call, in all widths.</summary>
public static class LaneFunctions
{
    public static readonly LaneFunction<float, F128, F256, F512>[] Single =
    [
        new("Exp2", Reals.Exp2, Lanes.Exp2, Lanes.Exp2, Lanes.Exp2),
        new("Exp", Reals.Exp, Lanes.Exp, Lanes.Exp, Lanes.Exp),
        new("Expm1", Reals.Expm1, Lanes.Expm1, Lanes.Expm1, Lanes.Expm1),
        new("Log", Reals.Log, Lanes.Log, Lanes.Log, Lanes.Log),
        new("Log1p", Reals.Log1p, Lanes.Log1p, Lanes.Log1p, Lanes.Log1p),
        new("Tanh", Reals.Tanh, Lanes.Tanh, Lanes.Tanh, Lanes.Tanh),
        new("Sigmoid", Reals.Sigmoid, Lanes.Sigmoid, Lanes.Sigmoid, Lanes.Sigmoid),
        new("Softplus", Reals.Softplus, Lanes.Softplus, Lanes.Softplus, Lanes.Softplus),
        new("Erf", Reals.Erf, Lanes.Erf, Lanes.Erf, Lanes.Erf),
        new("Sin", Reals.Sin, Lanes.Sin, Lanes.Sin, Lanes.Sin),
        new("Cos", Reals.Cos, Lanes.Cos, Lanes.Cos, Lanes.Cos),
        new("Sign", Reals.Sign, Lanes.Sign, Lanes.Sign, Lanes.Sign),
        new("Power", x => Reals.Power(x, 1.5f), x => Lanes.Power(x, Vector128.Create(1.5f)), x => Lanes.Power(x, Vector256.Create(1.5f)), x => Lanes.Power(x, Vector512.Create(1.5f))),
        new("Atan2", x => Reals.Atan2(x, 0.5f), x => Lanes.Atan2(x, Vector128.Create(0.5f)), x => Lanes.Atan2(x, Vector256.Create(0.5f)), x => Lanes.Atan2(x, Vector512.Create(0.5f))),
        new("PowerInteger", x => Reals.PowerInteger(x, -5), x => Lanes.PowerInteger(x, -5), x => Lanes.PowerInteger(x, -5), x => Lanes.PowerInteger(x, -5)),
    ];

    public static readonly LaneFunction<double, D128, D256, D512>[] Double =
    [
        new("Exp", Reals.Exp, Lanes.Exp, Lanes.Exp, Lanes.Exp),
        new("Expm1", Reals.Expm1, Lanes.Expm1, Lanes.Expm1, Lanes.Expm1),
        new("Log", Reals.Log, Lanes.Log, Lanes.Log, Lanes.Log),
        new("Log1p", Reals.Log1p, Lanes.Log1p, Lanes.Log1p, Lanes.Log1p),
        new("Tanh", Reals.Tanh, Lanes.Tanh, Lanes.Tanh, Lanes.Tanh),
        new("Sigmoid", Reals.Sigmoid, Lanes.Sigmoid, Lanes.Sigmoid, Lanes.Sigmoid),
        new("Softplus", Reals.Softplus, Lanes.Softplus, Lanes.Softplus, Lanes.Softplus),
        new("Erf", Reals.Erf, Lanes.Erf, Lanes.Erf, Lanes.Erf),
        new("Sin", Reals.Sin, Lanes.Sin, Lanes.Sin, Lanes.Sin),
        new("Cos", Reals.Cos, Lanes.Cos, Lanes.Cos, Lanes.Cos),
        new("Sign", Reals.Sign, Lanes.Sign, Lanes.Sign, Lanes.Sign),
        new("Power", x => Reals.Power(x, 1.5), x => Lanes.Power(x, Vector128.Create(1.5)), x => Lanes.Power(x, Vector256.Create(1.5)), x => Lanes.Power(x, Vector512.Create(1.5))),
        new("Atan2", x => Reals.Atan2(x, 0.5), x => Lanes.Atan2(x, Vector128.Create(0.5)), x => Lanes.Atan2(x, Vector256.Create(0.5)), x => Lanes.Atan2(x, Vector512.Create(0.5))),
        new("PowerInteger", x => Reals.PowerInteger(x, -5), x => Lanes.PowerInteger(x, -5), x => Lanes.PowerInteger(x, -5), x => Lanes.PowerInteger(x, -5)),
    ];

    public static readonly LaneFunction<float, F128, F256, F512>[] PreciseSingle =
    [
        new("Exp", PreciseReals.Exp, PreciseLanes.Exp, PreciseLanes.Exp, PreciseLanes.Exp),
        new("Expm1", PreciseReals.Expm1, PreciseLanes.Expm1, PreciseLanes.Expm1, PreciseLanes.Expm1),
        new("Log", PreciseReals.Log, PreciseLanes.Log, PreciseLanes.Log, PreciseLanes.Log),
        new("Log1p", PreciseReals.Log1p, PreciseLanes.Log1p, PreciseLanes.Log1p, PreciseLanes.Log1p),
        new("Tanh", PreciseReals.Tanh, PreciseLanes.Tanh, PreciseLanes.Tanh, PreciseLanes.Tanh),
        new("Sigmoid", PreciseReals.Sigmoid, PreciseLanes.Sigmoid, PreciseLanes.Sigmoid, PreciseLanes.Sigmoid),
        new("Softplus", PreciseReals.Softplus, PreciseLanes.Softplus, PreciseLanes.Softplus, PreciseLanes.Softplus),
        new("Erf", PreciseReals.Erf, PreciseLanes.Erf, PreciseLanes.Erf, PreciseLanes.Erf),
        new("Sin", PreciseReals.Sin, PreciseLanes.Sin, PreciseLanes.Sin, PreciseLanes.Sin),
        new("Cos", PreciseReals.Cos, PreciseLanes.Cos, PreciseLanes.Cos, PreciseLanes.Cos),
        new("Sign", PreciseReals.Sign, PreciseLanes.Sign, PreciseLanes.Sign, PreciseLanes.Sign),
        new("Power", x => PreciseReals.Power(x, 1.5f), x => PreciseLanes.Power(x, Vector128.Create(1.5f)), x => PreciseLanes.Power(x, Vector256.Create(1.5f)), x => PreciseLanes.Power(x, Vector512.Create(1.5f))),
        new("Atan2", x => PreciseReals.Atan2(x, 0.5f), x => PreciseLanes.Atan2(x, Vector128.Create(0.5f)), x => PreciseLanes.Atan2(x, Vector256.Create(0.5f)), x => PreciseLanes.Atan2(x, Vector512.Create(0.5f))),
        new("PowerInteger", x => PreciseReals.PowerInteger(x, -5), x => PreciseLanes.PowerInteger(x, -5), x => PreciseLanes.PowerInteger(x, -5), x => PreciseLanes.PowerInteger(x, -5)),
    ];

    public static readonly LaneFunction<double, D128, D256, D512>[] PreciseDouble =
    [
        new("Exp", PreciseReals.Exp, PreciseLanes.Exp, PreciseLanes.Exp, PreciseLanes.Exp),
        new("Expm1", PreciseReals.Expm1, PreciseLanes.Expm1, PreciseLanes.Expm1, PreciseLanes.Expm1),
        new("Log", PreciseReals.Log, PreciseLanes.Log, PreciseLanes.Log, PreciseLanes.Log),
        new("Log1p", PreciseReals.Log1p, PreciseLanes.Log1p, PreciseLanes.Log1p, PreciseLanes.Log1p),
        new("Tanh", PreciseReals.Tanh, PreciseLanes.Tanh, PreciseLanes.Tanh, PreciseLanes.Tanh),
        new("Sigmoid", PreciseReals.Sigmoid, PreciseLanes.Sigmoid, PreciseLanes.Sigmoid, PreciseLanes.Sigmoid),
        new("Softplus", PreciseReals.Softplus, PreciseLanes.Softplus, PreciseLanes.Softplus, PreciseLanes.Softplus),
        new("Erf", PreciseReals.Erf, PreciseLanes.Erf, PreciseLanes.Erf, PreciseLanes.Erf),
        new("Sin", PreciseReals.Sin, PreciseLanes.Sin, PreciseLanes.Sin, PreciseLanes.Sin),
        new("Cos", PreciseReals.Cos, PreciseLanes.Cos, PreciseLanes.Cos, PreciseLanes.Cos),
        new("Sign", PreciseReals.Sign, PreciseLanes.Sign, PreciseLanes.Sign, PreciseLanes.Sign),
        new("Power", x => PreciseReals.Power(x, 1.5), x => PreciseLanes.Power(x, Vector128.Create(1.5)), x => PreciseLanes.Power(x, Vector256.Create(1.5)), x => PreciseLanes.Power(x, Vector512.Create(1.5))),
        new("Atan2", x => PreciseReals.Atan2(x, 0.5), x => PreciseLanes.Atan2(x, Vector128.Create(0.5)), x => PreciseLanes.Atan2(x, Vector256.Create(0.5)), x => PreciseLanes.Atan2(x, Vector512.Create(0.5))),
        new("PowerInteger", x => PreciseReals.PowerInteger(x, -5), x => PreciseLanes.PowerInteger(x, -5), x => PreciseLanes.PowerInteger(x, -5), x => PreciseLanes.PowerInteger(x, -5)),
    ];
}
