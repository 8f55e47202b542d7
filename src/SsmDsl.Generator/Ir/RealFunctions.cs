namespace SsmDsl.Ir;

/// <summary>
/// Scalar functions in double precision for the interpreter and for constant folding. Chosen for accuracy (a few units in
/// the last place), not for speed; generated code has its own.
/// </summary>
public static class RealFunctions
{
    /// <summary>log(1 + x), accurate near 0 (Kahan's correction of the rounded sum).</summary>
    public static double Log1p(double x)
    {
        if (double.IsInfinity(x)) return x > 0 ? x : double.NaN;
        double u = 1 + x;
        return u == 1 ? x : Math.Log(u) - (u - 1 - x) / u;
    }

    /// <summary>exp(x) - 1, accurate near 0.</summary>
    public static double Expm1(double x)
    {
        if (Math.Abs(x) > 0.5) return Math.Exp(x) - 1;
        double term = x, sum = x;
        for (int n = 2; n < 25 && Math.Abs(term) > 1e-18 * Math.Abs(sum); n++) sum += term *= x / n;
        return sum;
    }

    public static double Sigmoid(double x)
    {
        if (x >= 0) return 1 / (1 + Math.Exp(-x));
        double e = Math.Exp(x);
        return e / (1 + e);
    }

    /// <summary>log(1 + exp(x)) without overflow.</summary>
    public static double Softplus(double x) => double.IsNaN(x) ? x : Math.Max(x, 0) + Log1p(Math.Exp(-Math.Abs(x)));

    /// <summary>
    /// The error function: below 3 by the series 2/√π·exp(-x²)·Σ 2ⁿx²ⁿ⁺¹/(2n+1)!!, whose terms are all positive; above by the
    /// continued fraction of its complement (Abramowitz and Stegun 7.1.6, 7.1.14).
    /// </summary>
    public static double Erf(double x)
    {
        double a = Math.Abs(x);
        if (double.IsNaN(x) || a == 0) return x;
        if (a > 6) return Math.Sign(x);
        if (a >= 3) return Math.Sign(x) * (1 - ErfComplement(a));
        double term = a, sum = a;
        for (int n = 1; term > 1e-18 * sum; n++) sum += term *= 2 * a * a / (2 * n + 1);
        return Math.Sign(x) * (2 / Math.Sqrt(Math.PI)) * Math.Exp(-a * a) * sum;
    }

    /// <summary>Rounds down.</summary>
    public static double Div(double a, double b) => Math.Floor(a / b);

    /// <summary>Never negative.</summary>
    public static double Mod(double a, double b) => a - b * Math.Floor(a / b);

    /// <summary>The larger one; NaN if either is.</summary>
    public static double Max(double a, double b) => double.IsNaN(a) || double.IsNaN(b) ? double.NaN : a >= b ? a : b;

    /// <summary>The smaller one; NaN if either is.</summary>
    public static double Min(double a, double b) => double.IsNaN(a) || double.IsNaN(b) ? double.NaN : a <= b ? a : b;

    /// <summary>-1, 0 or 1; NaN stays.</summary>
    public static double Sign(double x) => double.IsNaN(x) ? x : Math.Sign(x);

    /// <summary>x^n by repeated squaring; 0^0 is 1.</summary>
    public static double PowerInteger(double x, int n)
    {
        double power = 1;
        for (long left = Math.Abs((long)n); left > 0; left >>= 1, x *= x)
        {
            if ((left & 1) != 0) power *= x;
        }

        return n < 0 ? 1 / power : power;
    }

    private static double ErfComplement(double x)
    {
        double fraction = 0;
        for (int k = 60; k > 0; k--) fraction = k / 2.0 / (x + fraction);
        return Math.Exp(-x * x) / Math.Sqrt(Math.PI) / (x + fraction);
    }
}
