using System.Numerics;
using SsmDsl.Devices;
using SsmDsl.Programs;

namespace SsmDsl;

/// <summary>
/// Gradient descent with momentum, as PyTorch has it: v ← μ·v + g; w ← (1 - lr·decay)·w - lr·v, with Nesterov lr·(g + μ·v).
/// Weight decay is decoupled from the momentum.
/// </summary>
public sealed unsafe class Sgd : Optimizer
{
    private readonly SgdOptions options;

    /// <param name="parameters">What it changes: <c>model.Parameters</c>.</param>
    /// <param name="options">Learning rate and so on; null: the defaults.</param>
    public Sgd(ParameterSet parameters, SgdOptions? options = null)
        : base(parameters, options ??= new SgdOptions(), "velocity") => this.options = options;

    internal override string Kind => "Sgd";

    private protected override void Update(UpdatePiece[] pieces, double scale, long step, TrainingKernels? kernels)
    {
        var numbers = new SgdStep(scale, options.Momentum, options.Nesterov);
        if (kernels is not null)
        {
            kernels.Sgd(pieces, in numbers, Store.Layout.Real);
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
        SgdStep context = ((Context*)at)->Step;
        UpdatePiece piece = ((Context*)at)->Pieces[item];
        T* values = (T*)piece.Values, gradients = (T*)piece.Gradients, velocities = (T*)piece.First;
        T scale = T.CreateTruncating(context.Scale), momentum = T.CreateTruncating(context.Momentum);
        T keep = T.CreateTruncating(piece.Keep), rate = T.CreateTruncating(piece.Rate);
        for (int i = 0; i < piece.Length; i++)
        {
            T gradient = gradients[i] * scale;
            T velocity = velocities[i] = velocities[i] * momentum + gradient;
            values[i] = values[i] * keep - rate * (context.Nesterov ? gradient + momentum * velocity : velocity);
        }
    }

    private struct Context
    {
        public UpdatePiece* Pieces;
        public SgdStep Step;
    }
}
