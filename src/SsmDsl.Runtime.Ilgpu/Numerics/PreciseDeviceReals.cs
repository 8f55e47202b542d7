namespace SsmDsl.Ilgpu.Numerics;

/// <summary>
/// Scalar functions of the language for kernels in precise mode: float32 in float64, rounded once, so that the error is below
/// 0.5 ulp and a millionth. Programs in float64 keep <see cref="DeviceReals"/>: devices have no System.Math.
/// </summary>
public static class PreciseDeviceReals
{
    public static float Exp(float x) => (float)DeviceReals.Exp((double)x);

    public static float Expm1(float x) => (float)DeviceReals.Expm1((double)x);

    public static float Log(float x) => (float)DeviceReals.Log((double)x);

    public static float Log1p(float x) => (float)DeviceReals.Log1p((double)x);

    public static float Tanh(float x) => (float)DeviceReals.Tanh((double)x);

    public static float Sigmoid(float x) => (float)DeviceReals.Sigmoid((double)x);

    public static float Softplus(float x) => (float)DeviceReals.Softplus((double)x);

    public static float Erf(float x) => (float)DeviceReals.Erf((double)x);

    public static float Sin(float x) => (float)DeviceReals.Sin((double)x);

    public static float Cos(float x) => (float)DeviceReals.Cos((double)x);

    public static float Power(float x, float y) => (float)DeviceReals.Power((double)x, (double)y);

    public static float Atan2(float y, float x) => (float)DeviceReals.Atan2((double)y, (double)x);

    public static float PowerInteger(float x, int n) => (float)DeviceReals.PowerInteger((double)x, n);

    public static float Sqrt(float x) => DeviceReals.Sqrt(x);

    public static float Floor(float x) => DeviceReals.Floor(x);

    /// <summary>-1, 0 or 1; NaN stays.</summary>
    public static float Sign(float x) => DeviceReals.Sign(x);
}
