using System.Reflection;
using Xunit.Sdk;

namespace SsmDsl.Tests.Shared;

/// <summary>Runs the tests that need a GPU without the SDK and its runner: on machines on which a self-contained build is all there is.</summary>
internal static class CudaRun
{
    /// <summary>Runs them one after the other and prints a line for each.</summary>
    /// <returns>0 if all are good, 1 if some failed, 3 if there is no GPU.</returns>
    public static int Of(Assembly assembly, TextWriter output)
    {
        if (CudaGpu.Problem is { } problem)
        {
            Console.Error.WriteLine($"no test was run: {problem}");
            return 3;
        }

        (int passed, int failed) = (0, 0);
        foreach ((Type type, MethodInfo method) in Methods(assembly))
        {
            foreach (object?[] data in Data(method))
            {
                string? failure = Failure(type, method, data);
                output.WriteLine($"{(failure is null ? "passed" : "FAILED")}  {type.Name}.{method.Name}({string.Join(", ", data)}){(failure is null ? "" : $": {failure}")}");
                if (failure is null) passed++;
                else failed++;
            }
        }

        output.WriteLine($"{passed} passed, {failed} failed");
        return failed == 0 && passed > 0 ? 0 : 1;
    }

    private static IEnumerable<(Type, MethodInfo)> Methods(Assembly assembly) =>
        from type in assembly.GetTypes()
        where !type.IsAbstract
        from method in type.GetMethods()
        where method.GetCustomAttributes(inherit: false).Any(a => a is CudaFactAttribute or CudaTheoryAttribute)
        select (type, method);

    private static IEnumerable<object?[]> Data(MethodInfo method) =>
        method.GetCustomAttribute<CudaFactAttribute>() is not null ? [[]] : method.GetCustomAttributes<DataAttribute>().SelectMany(d => d.GetData(method));

    private static string? Failure(Type type, MethodInfo method, object?[] data)
    {
        object test = Activator.CreateInstance(type)!;
        try
        {
            method.Invoke(test, data);
            return null;
        }
        catch (TargetInvocationException e)
        {
            return e.InnerException!.Message;
        }
        finally
        {
            (test as IDisposable)?.Dispose();
        }
    }
}
