using System.Runtime.ExceptionServices;

namespace SsmDsl.Semantics.Checking;

/// <summary>
/// Runs on a thread with a large stack: expressions may be long chains of operators, and a stack overflow would
/// end the process that hosts the compiler.
/// </summary>
public static class DeepStack
{
    private const int Bytes = 1 << 28;

    [ThreadStatic]
    private static bool isDeep;

    public static T Run<T>(Func<T> work)
    {
        if (isDeep) return work();
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            isDeep = true;
            try
            {
                result = work();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        }, Bytes);
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }
}
