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

    /// <summary>Reads elements <paramref name="stride"/> apart where the mask's sign is set.</summary>
    public static void Gather(float* values, float* from, nint stride, float* mask, int count)
    {
        for (int i = 0; i < count; i++)
            if (((int*)mask)[i] < 0) values[i] = from[i * stride];
    }

    /// <summary>Writes elements <paramref name="stride"/> apart where the mask's sign is set.</summary>
    public static void Scatter(float* values, float* to, nint stride, float* mask, int count)
    {
        for (int i = 0; i < count; i++)
            if (((int*)mask)[i] < 0) to[i * stride] = values[i];
    }

    /// <summary>Reads truth values as masks of all bits.</summary>
    public static void Gather(float* values, bool* from, nint stride, float* mask, int count)
    {
        for (int i = 0; i < count; i++)
            if (((int*)mask)[i] < 0) ((int*)values)[i] = from[i * stride] ? -1 : 0;
    }

    /// <summary>Writes masks as truth values.</summary>
    public static void Scatter(float* values, bool* to, nint stride, float* mask, int count)
    {
        for (int i = 0; i < count; i++)
            if (((int*)mask)[i] < 0) to[i * stride] = ((int*)values)[i] < 0;
    }

    /// <summary>Reads elements <paramref name="stride"/> apart where the mask's sign is set.</summary>
    public static void Gather(double* values, double* from, nint stride, double* mask, int count)
    {
        for (int i = 0; i < count; i++)
            if (((long*)mask)[i] < 0) values[i] = from[i * stride];
    }

    /// <summary>Writes elements <paramref name="stride"/> apart where the mask's sign is set.</summary>
    public static void Scatter(double* values, double* to, nint stride, double* mask, int count)
    {
        for (int i = 0; i < count; i++)
            if (((long*)mask)[i] < 0) to[i * stride] = values[i];
    }

    /// <summary>Reads truth values as masks of all bits.</summary>
    public static void Gather(double* values, bool* from, nint stride, double* mask, int count)
    {
        for (int i = 0; i < count; i++)
            if (((long*)mask)[i] < 0) ((long*)values)[i] = from[i * stride] ? -1 : 0;
    }

    /// <summary>Writes masks as truth values.</summary>
    public static void Scatter(double* values, bool* to, nint stride, double* mask, int count)
    {
        for (int i = 0; i < count; i++)
            if (((long*)mask)[i] < 0) to[i * stride] = ((long*)values)[i] < 0;
    }
}
