using SsmDsl.Devices;
using SsmDsl.Memory;
using SsmDsl.Models;
using SsmDsl.Parameters;
using SsmDsl.Programs;
using SsmDsl.Training;

namespace SsmDsl;

/// <summary>
/// Changes parameters by their gradients. A step needs the model alone. It refuses a loss or gradients that are not finite and
/// then changes nothing. Results do not depend on the number of threads.
/// </summary>
public abstract unsafe class Optimizer : IDisposable
{
    /// <summary>Elements that one item of the parallel loop changes. Kernels of a device take whole parameters.</summary>
    private const int HostPieceLength = 1 << 13;

    private readonly OptimizerOptions options;
    private readonly TrainingKernels? kernels;
    private readonly UpdatePiece[] pieces;
    private readonly (Parameter Parameter, int Pieces)[] order;

    private protected Optimizer(ParameterSet parameters, OptimizerOptions options, params string[] momentNames)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        Parameters = parameters;
        this.options = options;
        MomentNames = momentNames;
        kernels = Store.Device.Training;
        Moments = [.. momentNames.Select(_ => new NativeBlock(Store.Device.Memory, Store.Layout.Bytes, zero: true))];
        order = [.. parameters.Select(p => (p, (int)((p.Count + PieceLength(p) - 1) / PieceLength(p))))];
        pieces = GC.AllocateArray<UpdatePiece>(order.Sum(p => p.Pieces), pinned: true);
    }

    /// <summary>What it changes.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>Number of steps done.</summary>
    public long Steps { get; internal set; }

    /// <summary>The learning rate of the next step, schedule included.</summary>
    public double LearningRate => options.LearningRate * (options.Schedule?.Factor(Steps) ?? 1);

    /// <summary>For checkpoints: what it keeps for each parameter.</summary>
    internal string[] MomentNames { get; }

    internal NativeBlock[] Moments { get; }

    internal ParameterStore Store => Parameters.Store;

    /// <summary>For checkpoints.</summary>
    internal abstract string Kind { get; }

    /// <summary>Changes all parameters that are not frozen.</summary>
    /// <exception cref="NonFiniteException">The loss that the gradients belong to is not finite, or a gradient is not.</exception>
    /// <exception cref="ArgumentException">The gradients are those of another model.</exception>
    /// <exception cref="InvalidOperationException">The model is running.</exception>
    public void Step(Gradients gradients)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        gradients.CheckFor(Store.Layout.Definition, Store.Device.Memory, nameof(gradients));
        using var lease = new ChangeLease(Store.Gate, "an optimizer step");
        if (gradients.NonFinite is { } origin) throw new NonFiniteException("the loss", origin.Tensor, origin.Value, Steps);
        Store.RenewDevice();
        FillPieces(gradients, LearningRate);
        double norm = kernels is null ? GradientNorm.Of(Parameters, gradients) : Math.Sqrt(kernels.SumOfSquares(pieces, Store.Layout.Real));
        if (!double.IsFinite(norm)) throw NonFiniteGradient(gradients, norm);

        double scale = options.ClipNorm is { } limit && norm > limit ? limit / norm : 1;
        Update(pieces, scale, Steps + 1, kernels);
        Steps++;
        foreach ((Parameter parameter, _) in order)
        {
            if (!parameter.Frozen) Store.RaiseDeviceVersion(parameter.Info);
        }

        Telemetry.Updated(Store.Layout.Definition.Name);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (NativeBlock moment in Moments) moment.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Changes the pieces; those of frozen parameters have length 0.</summary>
    /// <param name="kernels">Those of the device, or null for the processor.</param>
    private protected abstract void Update(UpdatePiece[] pieces, double scale, long step, TrainingKernels? kernels);

    private protected void ForEach<TContext>(UpdatePiece[] pieces, delegate*<nint, void*, void> body, ref TContext context)
        where TContext : unmanaged
    {
        fixed (TContext* at = &context) Store.Device.Pool.For(pieces.Length, body, at);
    }

    private nint PieceLength(Parameter parameter) => kernels is null ? HostPieceLength : parameter.Count;

    private void FillPieces(Gradients gradients, double rate)
    {
        int next = 0;
        foreach ((Parameter parameter, int count) in order)
        {
            int size = Elements.Size(parameter.Real);
            double ownRate = rate * parameter.LrFactor;
            for (int i = 0; i < count; i++)
            {
                nint start = i * PieceLength(parameter);
                nint offset = parameter.Offset + start * size;
                pieces[next++] = new UpdatePiece
                {
                    Length = parameter.Frozen ? 0 : Math.Min(PieceLength(parameter), parameter.Count - start),
                    Values = Store.OnDevice + offset,
                    Gradients = gradients.Memory + offset,
                    First = Moments.Length > 0 ? Moments[0].Pointer + offset : null,
                    Second = Moments.Length > 1 ? Moments[1].Pointer + offset : null,
                    Rate = ownRate,
                    Keep = parameter.Decay ? 1 - ownRate * options.WeightDecay : 1,
                };
            }
        }
    }

    private NonFiniteException NonFiniteGradient(Gradients gradients, double norm)
    {
        foreach ((Parameter parameter, _) in order)
        {
            if (parameter.Frozen) continue;
            if (NonFiniteSearch.First(Store.Device.Memory, gradients.Memory + parameter.Offset, parameter.Count, parameter.Real) is { } value)
            {
                return new NonFiniteException("a gradient", parameter.Name, value, Steps);
            }
        }

        return new NonFiniteException("the norm of the gradients", "gradients", norm, Steps);
    }
}
