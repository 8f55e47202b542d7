using System.Numerics;
using SsmDsl.Devices;
using SsmDsl.Programs;

namespace SsmDsl;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter, 2019, arXiv:1711.05101), with the corrections of PyTorch's:
/// w ← (1 - lr·decay)·w - lr/(1-β₁ⁿ) · m / (√v/√(1-β₂ⁿ) + ε).
/// </summary>
public sealed unsafe class AdamW : Optimizer
{
    private readonly AdamWOptions options;

    /// <param name="parameters">What it changes: <c>model.Parameters</c>.</param>
    /// <param name="options">Learning rate and so on; null: the defaults.</param>
    public AdamW(ParameterSet parameters, AdamWOptions? options = null)
        : base(parameters, options ??= new AdamWOptions(), "mean", "mean_square") => this.options = options;

    internal override string Kind => "AdamW";

    private protected override void Update(UpdatePiece[] pieces, double scale, long step, TrainingKernels? kernels)
    {
        var numbers = new AdamWStep(
            scale, options.Beta1, options.Beta2, options.Epsilon, 1 - Math.Pow(options.Beta1, step), Math.Sqrt(1 - Math.Pow(options.Beta2, step)));
        if (kernels is not null)
        {
            kernels.AdamW(pieces, in numbers, Store.Layout.Real);
            return;
        }

        fixed (UpdatePiece* first = pieces)
        {
            var context = new Context { Pieces = first, Step = numbers };
            ForEach(pieces, Store.Layout.Real == ElementKind.Float64 ? &Run<double> : &Run<float>, ref context);
        }
    }

    private static void Run<T>(nint item, void* at)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        AdamWStep context = ((Context*)at)->Step;
        UpdatePiece piece = ((Context*)at)->Pieces[item];
        T* values = (T*)piece.Values, gradients = (T*)piece.Gradients, means = (T*)piece.First, squares = (T*)piece.Second;
        T scale = T.CreateTruncating(context.Scale);
        T beta1 = T.CreateTruncating(context.Beta1), beta2 = T.CreateTruncating(context.Beta2);
        T new1 = T.CreateTruncating(1 - context.Beta1), new2 = T.CreateTruncating(1 - context.Beta2);
        T epsilon = T.CreateTruncating(context.Epsilon), root = T.CreateTruncating(context.RootCorrection2);
        T keep = T.CreateTruncating(piece.Keep), rate = T.CreateTruncating(piece.Rate / context.Correction1);

        int i = 0;
        for (; i + Vector<T>.Count <= piece.Length; i += Vector<T>.Count)
        {
            Vector<T> gradient = Vector.Load(gradients + i) * scale;
            Vector<T> mean = Vector.Load(means + i) * beta1 + gradient * new1;
            Vector<T> square = Vector.Load(squares + i) * beta2 + gradient * gradient * new2;
            Vector<T> value = Vector.Load(values + i) * keep - mean * rate / (Vector.SquareRoot(square) / new Vector<T>(root) + new Vector<T>(epsilon));
            Vector.Store(mean, means + i);
            Vector.Store(square, squares + i);
            Vector.Store(value, values + i);
        }

        for (; i < piece.Length; i++)
        {
            T gradient = gradients[i] * scale;
            means[i] = means[i] * beta1 + gradient * new1;
            squares[i] = squares[i] * beta2 + gradient * gradient * new2;
            values[i] = values[i] * keep - means[i] * rate / (T.Sqrt(squares[i]) / root + epsilon);
        }
    }

    private struct Context
    {
        public UpdatePiece* Pieces;
        public AdamWStep Step;
    }
}
