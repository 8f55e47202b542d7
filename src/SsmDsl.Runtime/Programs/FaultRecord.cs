using System.Runtime.InteropServices;

namespace SsmDsl.Programs;

/// <summary>
/// The failed run-time check with the lowest position, if any. Written by kernels from any thread
/// (<see cref="Report"/>), read after the run by the runtime, which turns it into an exception.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct FaultRecord
{
    /// <summary>0: nothing failed. Otherwise 1 + the number of the check in the program (order of the text).</summary>
    public int Check;

    /// <summary>The value that was read, for a position out of range.</summary>
    public int Value;

    /// <summary>Row-major position of the offending element in its index tensor, from <see cref="Sequence"/> on.</summary>
    public long Position;

    /// <summary>The sequence from which positions count: that of a run of some sequences alone, otherwise the first.</summary>
    public long Sequence;

    private int gate;

    /// <summary>Records a failed check unless one with a lower (check, position) is recorded already. Safe from any thread.</summary>
    public static unsafe void Report(FaultRecord* record, int check, long position, int value) =>
        Add(record, new FaultRecord { Check = check + 1, Value = value, Position = position, Sequence = record->Sequence });

    /// <summary>Adds what a run of some sequences has recorded to the record of all.</summary>
    internal static unsafe void Add(FaultRecord* record, FaultRecord fault)
    {
        if (fault.Check == 0) return;
        var spin = new SpinWait();
        while (Interlocked.CompareExchange(ref record->gate, 1, 0) != 0) spin.SpinOnce();
        if (record->Check == 0 || fault.Order.CompareTo(record->Order) < 0)
            (record->Check, record->Value, record->Position, record->Sequence) = (fault.Check, fault.Value, fault.Position, fault.Sequence);
        Volatile.Write(ref record->gate, 0);
    }

    private readonly (int, long, long) Order => (Check, Sequence, Position);
}
