using SsmDsl.Numerics;

namespace SsmDsl.Programs;

/// <summary>Runs the items of a parallel loop on the threads of a device. Results never depend on the number of threads.</summary>
public abstract unsafe class WorkPool
{
    /// <summary>
    /// The pool of the run that this thread has begun, for loops within a kernel that is one item of work; null on other threads,
    /// whose items are pieces of a loop that is shared out already.
    /// </summary>
    [field: ThreadStatic]
    internal static WorkPool? Current { get; set; }

    /// <summary>Number of threads, the calling one included.</summary>
    public abstract int Threads { get; }

    /// <summary>
    /// From how many steps on a sequence of a batch is an item of its own (<see cref="ProgramRun.ForSequences"/>): products of so many
    /// rows pay for what they prepare.
    /// </summary>
    public virtual nint LeastSequence => 64;

    /// <summary>
    /// Whether sequences run one after the other, each on one thread, or all at once: where there are few, threads would be idle.
    /// </summary>
    /// <param name="length">Steps of a sequence.</param>
    /// <param name="group">Sequences that one thread runs in their order.</param>
    internal bool RunsBySequence(nint batch, nint length, nint group)
    {
        nint groups = Positions.Ceiling(batch, group), rounds = Positions.Ceiling(groups, Threads);
        return batch > 1 && length >= LeastSequence && 5 * groups >= 4 * rounds * Threads;
    }

    /// <summary>Calls <paramref name="body"/>(item, context) once for each item in 0 … count-1 and returns when all are done.</summary>
    public abstract void For(nint count, delegate*<nint, void*, void> body, void* context);

    /// <summary>A loop of the runtime's own on behalf of a program.</summary>
    /// <param name="name">What it is called where time is measured.</param>
    public virtual void For(nint count, delegate*<nint, void*, void> body, void* context, string name) => For(count, body, context);
}
