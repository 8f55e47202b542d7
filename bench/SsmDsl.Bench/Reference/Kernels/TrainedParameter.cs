using System.Runtime.CompilerServices;
using static SsmDsl.Bench.Reference.Bits512.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;
using Vector512 = System.Runtime.Intrinsics.Vector512;

namespace SsmDsl.Bench.Reference.Bits512;

/// <summary>A parameter with its gradient and what AdamW keeps of it; all have room for whole vectors.</summary>
internal unsafe struct TrainedParameter
{
    private const float Beta1 = 0.9f, Beta2 = 0.999f, Epsilon = 1e-8f;

    public nint Count;

    /// <summary>The learning rate, and what weight decay leaves of a value.</summary>
    public float Rate, Keep;
    public float* Values, Gradient, Mean, Square;

    /// <summary>Changes the values by the gradient.</summary>
    /// <param name="step">From 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Update(int step)
    {
        V rate = Vector512.Create(Rate / (1 - MathF.Pow(Beta1, step))), root = Vector512.Create(1 / MathF.Sqrt(1 - MathF.Pow(Beta2, step)));
        for (nint i = 0; i < Count; i += W)
        {
            V g = Load(Gradient + i);
            V mean = Fma(Load(Mean + i), Vector512.Create(Beta1), g * Vector512.Create(1 - Beta1));
            V square = Fma(Load(Square + i), Vector512.Create(Beta2), g * g * Vector512.Create(1 - Beta2));
            Store(mean, Mean + i);
            Store(square, Square + i);
            Store(Load(Values + i) * Vector512.Create(Keep) - mean * rate / Fma(Vector512.Sqrt(square), root, Vector512.Create(Epsilon)), Values + i);
        }
    }
}
