using ILGPU;
using SsmDsl.Ilgpu.Numerics;

namespace SsmDsl.Ilgpu.Training;

/// <summary>What training does beside the programs, in float32: the formulas of the optimizers on the processor.</summary>
internal static class SingleKernels
{
    /// <summary>sum += term.</summary>
    public static void Add(AddArguments<float> a)
    {
        int i = Grid.GlobalIndex.X;
        if (i < a.Items) a.Sum[i] += a.Term[i];
    }

    /// <summary>The sum of the squares of every 32nd of 2048 elements; a group of 32 threads reads side by side.</summary>
    public static void Squares(SquareArguments<float> a)
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
    public static void AdamW(AdamWArguments<float> a)
    {
        int thread = Grid.GlobalIndex.X;
        if (thread >= a.Items) return;
        DevicePiece piece = a.Pieces[PieceTable.Find(a.Pieces, a.Count, thread)];
        int i = thread - piece.Start;
        float gradient = a.Memory[piece.Gradients + i] * (float)a.Step.Scale;
        float mean = a.Memory[piece.First + i] * (float)a.Step.Beta1 + gradient * (float)(1.0 - a.Step.Beta1);
        float square = a.Memory[piece.Second + i] * (float)a.Step.Beta2 + gradient * gradient * (float)(1.0 - a.Step.Beta2);
        float rate = (float)piece.Rate, below = DeviceReals.Sqrt(square) / (float)a.Step.RootCorrection2 + (float)a.Step.Epsilon;
        a.Memory[piece.First + i] = mean;
        a.Memory[piece.Second + i] = square;
        a.Memory[piece.Values + i] = a.Memory[piece.Values + i] * (float)piece.Keep - mean * rate / below;
    }

    /// <summary>One thread for each element.</summary>
    public static void Sgd(SgdArguments<float> a)
    {
        int thread = Grid.GlobalIndex.X;
        if (thread >= a.Items) return;
        DevicePiece piece = a.Pieces[PieceTable.Find(a.Pieces, a.Count, thread)];
        int i = thread - piece.Start;
        float gradient = a.Memory[piece.Gradients + i] * (float)a.Scale, momentum = (float)a.Momentum;
        float velocity = a.Memory[piece.First + i] * momentum + gradient;
        float step = a.Nesterov != 0 ? gradient + momentum * velocity : velocity;
        a.Memory[piece.First + i] = velocity;
        a.Memory[piece.Values + i] = a.Memory[piece.Values + i] * (float)piece.Keep - (float)piece.Rate * step;
    }
}
