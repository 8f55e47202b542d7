namespace SsmDsl.Numerics;

/// <summary>Functions that have no vector form, one lane after the other.</summary>
internal static unsafe class Elementwise
{
    /// <summary>Replaces the values of arguments beyond a limit by those of a function in double.</summary>
    public static void Far(float* x, float* values, int count, float limit, delegate*<double, double> function)
    {
        for (int i = 0; i < count; i++)
            if (MathF.Abs(x[i]) > limit) values[i] = (float)function(x[i]);
    }

    /// <summary>Replaces the values of arguments beyond a limit by those of a function.</summary>
    public static void Far(double* x, double* values, int count, double limit, delegate*<double, double> function)
    {
        for (int i = 0; i < count; i++)
            if (Math.Abs(x[i]) > limit) values[i] = function(x[i]);
    }

    /// <summary>x = f(x).</summary>
    public static void Map(double* x, int count, delegate*<double, double> function)
    {
        for (int i = 0; i < count; i++) x[i] = function(x[i]);
    }

    /// <summary>x = f(x, y).</summary>
    public static void Pairs(float* x, float* y, int count, delegate*<float, float, float> function)
    {
        for (int i = 0; i < count; i++) x[i] = function(x[i], y[i]);
    }

    /// <summary>x = f(x, y).</summary>
    public static void Pairs(double* x, double* y, int count, delegate*<double, double, double> function)
    {
        for (int i = 0; i < count; i++) x[i] = function(x[i], y[i]);
    }
}
