using System.Numerics;
using ILGPU;
using SsmDsl.Ilgpu.Numerics;

namespace SsmDsl.Ilgpu.Training;

/// <summary>What training does beside the programs: the formulas of the optimizers on the processor.</summary>
/// <typeparam name="T">T or double.</typeparam>
/// <typeparam name="TReal">What kernels need to know of it.</typeparam>
internal static class UpdateKernels<T, TReal>
    where T : unmanaged, INumber<T>
    where TReal : struct, IDeviceReal<T>
{
    /// <summary>sum += term.</summary>
    public static void Add(AddArguments<T> a)
    {
        int i = Grid.GlobalIndex.X;
        if (i < a.Items) a.Sum[i] += a.Term[i];
    }

    /// <summary>The sum of the squares of every 32nd of 2048 elements; a group of 32 threads reads side by side.</summary>
    public static void Squares(SquareArguments<T> a)
    {
        int thread = Grid.GlobalIndex.X;
        if (thread >= a.Items) return;
        DevicePiece piece = a.Pieces[PieceTable.Find(a.Pieces, a.Count, thread)];
        int own = thread - piece.Start;
        int first = own / SumOrder.Threads * SumOrder.Block + own % SumOrder.Threads;
        double sum = 0.0;
        for (int step = 0; step < SumOrder.Block; step += SumOrder.Threads)
        {
            int i = first + step;
            if (i < piece.Length)
            {
                double value = TReal.Wide(a.Memory[piece.Gradients + i]);
                sum += value * value;
            }
        }

        a.Sums[thread] = sum;
    }

    /// <summary>One thread for each element.</summary>
    public static void AdamW(AdamWArguments<T> a)
    {
        int thread = Grid.GlobalIndex.X;
        if (thread >= a.Items) return;
        DevicePiece piece = a.Pieces[PieceTable.Find(a.Pieces, a.Count, thread)];
        int i = thread - piece.Start;
        T gradient = a.Memory[piece.Gradients + i] * TReal.Of(a.Step.Scale);
        T mean = a.Memory[piece.First + i] * TReal.Of(a.Step.Beta1) + gradient * TReal.Of(1.0 - a.Step.Beta1);
        T square = a.Memory[piece.Second + i] * TReal.Of(a.Step.Beta2) + gradient * gradient * TReal.Of(1.0 - a.Step.Beta2);
        T rate = TReal.Of(piece.Rate), below = TReal.Sqrt(square) / TReal.Of(a.Step.RootCorrection2) + TReal.Of(a.Step.Epsilon);
        a.Memory[piece.First + i] = mean;
        a.Memory[piece.Second + i] = square;
        a.Memory[piece.Values + i] = a.Memory[piece.Values + i] * TReal.Of(piece.Keep) - mean * rate / below;
    }

    /// <summary>One thread for each element.</summary>
    public static void Sgd(SgdArguments<T> a)
    {
        int thread = Grid.GlobalIndex.X;
        if (thread >= a.Items) return;
        DevicePiece piece = a.Pieces[PieceTable.Find(a.Pieces, a.Count, thread)];
        int i = thread - piece.Start;
        T gradient = a.Memory[piece.Gradients + i] * TReal.Of(a.Scale), momentum = TReal.Of(a.Momentum);
        T velocity = a.Memory[piece.First + i] * momentum + gradient;
        T step = a.Nesterov != 0 ? gradient + momentum * velocity : velocity;
        a.Memory[piece.First + i] = velocity;
        a.Memory[piece.Values + i] = a.Memory[piece.Values + i] * TReal.Of(piece.Keep) - TReal.Of(piece.Rate) * step;
    }
}

/// <summary>What generic kernels need to know of a type of reals.</summary>
internal interface IDeviceReal<T>
{
    /// <summary>The nearest number.</summary>
    static abstract T Of(double value);

    static abstract double Wide(T value);

    static abstract T Sqrt(T value);
}

internal readonly struct SingleReal : IDeviceReal<float>
{
    public static float Of(double value) => (float)value;

    public static double Wide(float value) => value;

    public static float Sqrt(float value) => DeviceReals.Sqrt(value);
}

internal readonly struct DoubleReal : IDeviceReal<double>
{
    public static double Of(double value) => value;

    public static double Wide(double value) => value;

    public static double Sqrt(double value) => DeviceReals.Sqrt(value);
}
