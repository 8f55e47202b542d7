using SsmDsl.Programs;

namespace SsmDsl.Models;

/// <summary>A tensor that a caller gives to a run: its memory and the sizes it has. Kept with the call and filled anew each time.</summary>
internal sealed unsafe class TensorBinding
{
    private readonly nint[] lengths;
    private readonly nint[] strides;

    public TensorBinding(TensorInfo info)
    {
        Info = info;
        Rank = TensorShapes.Rank(info);
        lengths = new nint[Rank];
        strides = new nint[Rank];
    }

    public TensorInfo Info { get; }

    public int Rank { get; }

    public bool Given { get; private set; }

    public void* Data { get; private set; }

    /// <summary>Whether its elements lie one after the other, last axis fastest.</summary>
    public bool Dense { get; private set; }

    public ReadOnlySpan<nint> Lengths => lengths;

    public ReadOnlySpan<nint> Strides => strides;

    public void Clear() => Given = false;

    /// <summary>A tensor of no axes at all (a default span) counts as left out.</summary>
    public void Set(void* data, ReadOnlySpan<nint> lengths, ReadOnlySpan<nint> strides)
    {
        Given = lengths.Length != 0;
        if (!Given) return;
        if (lengths.Length != Rank)
        {
            Given = false;
            throw new ArgumentException(
                $"'{Info.Name}' has {Rank} axes, {TensorShapes.Text(Info)}; the tensor given has shape [{TensorShapes.Text(lengths)}]", Info.Argument);
        }

        Data = data;
        lengths.CopyTo(this.lengths);
        strides.CopyTo(this.strides);
        Dense = TensorShapes.IsDense(lengths, strides);
    }
}
