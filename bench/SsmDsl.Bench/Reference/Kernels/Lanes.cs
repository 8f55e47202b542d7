using System.Runtime.CompilerServices;
using V = System.Runtime.Intrinsics.Vector512<float>;
using Vector512 = System.Runtime.Intrinsics.Vector512;

namespace SsmDsl.Bench.Reference.Bits512;

/// <summary>What the hand-written kernels share: functions of vectors.</summary>
internal static unsafe class Lanes
{
    /// <summary>Lanes of a vector.</summary>
    public const int W = Widest.Bits512 / 32;

    public const float Log2E = 1.44269504f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Load(float* p) => Vector512.Load(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(V v, float* p) => Vector512.Store(v, p);

    /// <summary>One value from memory in all lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V All(float* p) => Vector512.Create(*p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Fma(V a, V b, V c) => Vector512.MultiplyAddEstimate(a, b, c);

    /// <summary>c - a·b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V NegatedFma(V a, V b, V c) => Vector512.MultiplyAddEstimate(-a, b, c);

    /// <inheritdoc cref="VectorForms.Exp2(V)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp2(V x) => VectorForms.Exp2(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sigmoid(V x) => Vector512.Create(1f) / (Vector512.Create(1f) + Exp2(x * Vector512.Create(-Log2E)));

    /// <summary>x·σ(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Silu(V x) => x * Sigmoid(x);

    /// <summary>log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Softplus(V x) => Vector512.Max(x, V.Zero) + Vector512.Log(Vector512.Create(1f) + Exp2(Vector512.Abs(x) * Vector512.Create(-Log2E)));

    /// <summary>1 - 2/(exp(2x) + 1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Tanh(V x) => Vector512.Create(1f) - Vector512.Create(2f) / (Exp2(x * Vector512.Create(2 * Log2E)) + Vector512.Create(1f));

    /// <summary>exp(-x²/2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Bell(V x) => Exp2(x * x * Vector512.Create(-0.5f * Log2E));

    /// <summary>Φ(x) by Abramowitz and Stegun 7.1.26, from exp(-x²/2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Normal(V x, V bell)
    {
        V t = Vector512.Create(1f) / Fma(Vector512.Abs(x), Vector512.Create(0.3275911f * 0.70710678f), Vector512.Create(1f));
        V p = Vector512.Create(0.5f * 1.061405429f);
        p = Fma(p, t, Vector512.Create(-0.5f * 1.453152027f));
        p = Fma(p, t, Vector512.Create(0.5f * 1.421413741f));
        p = Fma(p, t, Vector512.Create(-0.5f * 0.284496736f));
        p = Fma(p, t, Vector512.Create(0.5f * 0.254829592f));
        V tail = p * t * bell;
        return Vector512.ConditionalSelect(Vector512.LessThan(x, V.Zero), tail, Vector512.Create(1f) - tail);
    }
}
