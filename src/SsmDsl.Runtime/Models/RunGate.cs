namespace SsmDsl.Models;

/// <summary>
/// Any number of runs at once, or one change alone. Nobody waits: what would have to wait is a mistake in the program and throws.
/// </summary>
internal sealed class RunGate(string model)
{
    private const int Changing = -1;
    private const int Disposed = int.MinValue;

    // Number of runs under way, or one of the constants.
    private int state;

    public void EnterRun()
    {
        for (int seen = Volatile.Read(ref state); ; seen = Volatile.Read(ref state))
        {
            ObjectDisposedException.ThrowIf(seen == Disposed, model);
            if (seen == Changing)
            {
                throw new InvalidOperationException($"model {model} is being changed by another thread; parameters, optimizer steps and loading need it alone");
            }

            if (Interlocked.CompareExchange(ref state, seen + 1, seen) == seen) return;
        }
    }

    public void ExitRun() => Interlocked.Decrement(ref state);

    /// <param name="what">What needs the model alone, for the message.</param>
    public void EnterChange(string what)
    {
        int seen = Interlocked.CompareExchange(ref state, Changing, 0);
        ObjectDisposedException.ThrowIf(seen == Disposed, model);
        if (seen != 0) throw InUse(what, seen);
    }

    public void ExitChange() => Volatile.Write(ref state, 0);

    /// <summary>False if it was disposed before.</summary>
    public bool Dispose()
    {
        int seen = Interlocked.CompareExchange(ref state, Disposed, 0);
        return seen == 0 || (seen == Disposed ? false : throw InUse("disposal", seen));
    }

    private InvalidOperationException InUse(string what, int seen) => new(
        seen == Changing
            ? $"{what} needs model {model} alone, but another thread is changing it"
            : $"{what} needs model {model} alone, but {seen} {(seen == 1 ? "call is" : "calls are")} running it");
}
