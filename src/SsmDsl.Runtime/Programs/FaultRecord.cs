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

    /// <summary>Row-major position of the offending element in its index tensor.</summary>
    public long Position;

    private int gate;

    /// <summary>Records a failed check unless one with a lower (check, position) is recorded already. Safe from any thread.</summary>
    public static unsafe void Report(FaultRecord* record, int check, long position, int value)
    {
        var spin = new SpinWait();
        while (Interlocked.CompareExchange(ref record->gate, 1, 0) != 0) spin.SpinOnce();
        if (record->Check == 0 || check + 1 < record->Check || (check + 1 == record->Check && position < record->Position))
        {
            record->Check = check + 1;
            record->Value = value;
            record->Position = position;
        }

        Volatile.Write(ref record->gate, 0);
    }
}
