using ILGPU;
using SsmDsl.Ilgpu.Numerics;

namespace SsmDsl.Ilgpu.Training;

/// <summary>What training does beside the programs, in float64: the formulas of the optimizers on the processor.</summary>
internal static class DoubleKernels
{
    /// <summary>sum += term.</summary>
    public static void Add(AddArguments<double> a)
    {
        int i = Grid.GlobalIndex.X;
        if (i < a.Items) a.Sum[i] += a.Term[i];
    }

    /// <summary>The sum of the squares of every 32nd of 2048 elements; a group of 32 threads reads side by side.</summary>
    public static void Squares(SquareArguments<double> a)
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
                double value = a.Memory[piece.Gradients + i];
                sum += value * value;
            }
        }

        a.Sums[thread] = sum;
    }

    /// <summary>One thread for each element.</summary>
    public static void AdamW(AdamWArguments<double> a)
    {
        int thread = Grid.GlobalIndex.X;
        if (thread >= a.Items) return;
        DevicePiece piece = a.Pieces[PieceTable.Find(a.Pieces, a.Count, thread)];
        int i = thread - piece.Start;
        double gradient = a.Memory[piece.Gradients + i] * a.Step.Scale;
        double mean = a.Memory[piece.First + i] * a.Step.Beta1 + gradient * (1.0 - a.Step.Beta1);
        double square = a.Memory[piece.Second + i] * a.Step.Beta2 + gradient * gradient * (1.0 - a.Step.Beta2);
        double rate = piece.Rate, below = DeviceReals.Sqrt(square) / a.Step.RootCorrection2 + a.Step.Epsilon;
        a.Memory[piece.First + i] = mean;
        a.Memory[piece.Second + i] = square;
        a.Memory[piece.Values + i] = a.Memory[piece.Values + i] * piece.Keep - mean * rate / below;
    }

    /// <summary>One thread for each element.</summary>
    public static void Sgd(SgdArguments<double> a)
    {
        int thread = Grid.GlobalIndex.X;
        if (thread >= a.Items) return;
        DevicePiece piece = a.Pieces[PieceTable.Find(a.Pieces, a.Count, thread)];
        int i = thread - piece.Start;
        double gradient = a.Memory[piece.Gradients + i] * a.Scale, momentum = a.Momentum;
        double velocity = a.Memory[piece.First + i] * momentum + gradient;
        double step = a.Nesterov != 0 ? gradient + momentum * velocity : velocity;
        a.Memory[piece.First + i] = velocity;
        a.Memory[piece.Values + i] = a.Memory[piece.Values + i] * piece.Keep - piece.Rate * step;
    }
}
