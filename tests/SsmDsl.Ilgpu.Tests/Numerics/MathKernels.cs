using ILGPU;
using SsmDsl.Ilgpu.Numerics;

namespace SsmDsl.Ilgpu.Tests.Numerics;

/// <summary>One kernel for each function of the device, as generated kernels call them.</summary>
public static class MathKernels
{
    public static void Exp2Single(SingleArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceReals.Exp2(a.X[i]); }

    public static void ExpSingle(SingleArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceReals.Exp(a.X[i]); }

    public static void Expm1Single(SingleArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceReals.Expm1(a.X[i]); }

    public static void LogSingle(SingleArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceReals.Log(a.X[i]); }

    public static void Log1pSingle(SingleArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceReals.Log1p(a.X[i]); }

    public static void SqrtSingle(SingleArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceReals.Sqrt(a.X[i]); }

    public static void SinSingle(SingleArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceReals.Sin(a.X[i]); }

    public static void CosSingle(SingleArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceReals.Cos(a.X[i]); }

    public static void TanhSingle(SingleArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceReals.Tanh(a.X[i]); }

    public static void SigmoidSingle(SingleArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceReals.Sigmoid(a.X[i]); }

    public static void SoftplusSingle(SingleArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceReals.Softplus(a.X[i]); }

    public static void ErfSingle(SingleArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceReals.Erf(a.X[i]); }

    public static void SignSingle(SingleArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceReals.Sign(a.X[i]); }

    public static void FloorSingle(SingleArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceReals.Floor(a.X[i]); }

    public static void PowerSingle(SingleArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceReals.Power(a.X[i], a.Z[i]); }

    public static void Atan2Single(SingleArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceReals.Atan2(a.X[i], a.Z[i]); }

    public static void MinSingle(SingleArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceReals.Min(a.X[i], a.Z[i]); }

    public static void MaxSingle(SingleArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceReals.Max(a.X[i], a.Z[i]); }

    public static void PowerIntegerSingle(SingleArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceReals.PowerInteger(a.X[i], a.N); }

    public static void ExpDouble(DoubleArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceReals.Exp(a.X[i]); }

    public static void Expm1Double(DoubleArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceReals.Expm1(a.X[i]); }

    public static void LogDouble(DoubleArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceReals.Log(a.X[i]); }

    public static void Log1pDouble(DoubleArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceReals.Log1p(a.X[i]); }

    public static void SqrtDouble(DoubleArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceReals.Sqrt(a.X[i]); }

    public static void SinDouble(DoubleArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceReals.Sin(a.X[i]); }

    public static void CosDouble(DoubleArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceReals.Cos(a.X[i]); }

    public static void TanhDouble(DoubleArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceReals.Tanh(a.X[i]); }

    public static void SigmoidDouble(DoubleArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceReals.Sigmoid(a.X[i]); }

    public static void SoftplusDouble(DoubleArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceReals.Softplus(a.X[i]); }

    public static void ErfDouble(DoubleArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceReals.Erf(a.X[i]); }

    public static void SignDouble(DoubleArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceReals.Sign(a.X[i]); }

    public static void FloorDouble(DoubleArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceReals.Floor(a.X[i]); }

    public static void PowerDouble(DoubleArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceReals.Power(a.X[i], a.Z[i]); }

    public static void Atan2Double(DoubleArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceReals.Atan2(a.X[i], a.Z[i]); }

    public static void MinDouble(DoubleArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceReals.Min(a.X[i], a.Z[i]); }

    public static void MaxDouble(DoubleArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceReals.Max(a.X[i], a.Z[i]); }

    public static void PowerIntegerDouble(DoubleArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceReals.PowerInteger(a.X[i], a.N); }

    public static void AbsInt(IntArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceIntegers.Abs(a.X[i]); }

    public static void SignInt(IntArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceIntegers.Sign(a.X[i]); }

    public static void DivInt(IntArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceIntegers.Div(a.X[i], a.Z[i]); }

    public static void ModInt(IntArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceIntegers.Mod(a.X[i], a.Z[i]); }

    public static void MinInt(IntArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceIntegers.Min(a.X[i], a.Z[i]); }

    public static void MaxInt(IntArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceIntegers.Max(a.X[i], a.Z[i]); }

    public static void PowerIntegerInt(IntArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceIntegers.PowerInteger(a.X[i], a.Z[i]); }

    public static void FloorDivideInt(IntArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceIntegers.FloorDivide(a.X[i], a.Z[i]); }

    public static void CeilingInt(IntArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceIntegers.Ceiling(a.X[i], a.Z[i]); }

    public static void ModuloInt(IntArguments a) { int i = Grid.GlobalIndex.X; if (i < a.Count) a.Y[i] = DeviceIntegers.Modulo(a.X[i], a.Z[i]); }

    public static void UniformSingle(SingleArguments a)
    {
        int i = Grid.GlobalIndex.X;
        if (i < a.Count) a.Y[i] = DevicePhilox.Uniform((ulong)i, 3, 5, 0x123456789ABCDEFUL);
    }

    public struct SingleArguments
    {
        public int Count, N;
        public ArrayView<float> X, Z, Y;
    }

    public struct DoubleArguments
    {
        public int Count, N;
        public ArrayView<double> X, Z, Y;
    }

    public struct IntArguments
    {
        public int Count;
        public ArrayView<int> X, Z, Y;
    }
}
