using SsmDsl.Programs;

namespace SsmDsl.Devices;

/// <summary>
/// What training does on a device with memory of its own, beside the programs of the model. Addresses are the device's;
/// elements are float32 or float64. Results are the same from run to run, bit by bit.
/// </summary>
public abstract unsafe class TrainingKernels
{
    /// <summary>sum += term.</summary>
    public abstract void Add(void* sum, void* term, nint count, ElementKind element);

    /// <summary>The sum of the squares of the gradients of all pieces, in double, in a fixed order.</summary>
    public abstract double SumOfSquares(ReadOnlySpan<UpdatePiece> pieces, ElementKind element);

    /// <summary>A step of <see cref="SsmDsl.AdamW"/>: m in <see cref="UpdatePiece.First"/>, v in <see cref="UpdatePiece.Second"/>.</summary>
    public abstract void AdamW(ReadOnlySpan<UpdatePiece> pieces, in AdamWStep step, ElementKind element);

    /// <summary>A step of <see cref="SsmDsl.Sgd"/>: v in <see cref="UpdatePiece.First"/>.</summary>
    public abstract void Sgd(ReadOnlySpan<UpdatePiece> pieces, in SgdStep step, ElementKind element);
}
