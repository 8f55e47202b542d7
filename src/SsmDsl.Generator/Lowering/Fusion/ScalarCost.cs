using SsmDsl.Ir;

namespace SsmDsl.Lowering.Fusion;

/// <summary>What computing a scalar once costs, in multiplications or so.</summary>
internal static class ScalarCost
{
    private const int Read = 1, Draw = 60, Choice = 1;

    public static int Of(Scalar scalar)
    {
        var seen = new HashSet<Scalar>(ReferenceComparer.Instance);
        return Sum(scalar);

        int Sum(Scalar part) => !seen.Add(part) ? 0 : part.Parts().Sum(Sum) + part switch
        {
            ApplyScalar a => ScalarOps.Row(a.Op).Cost,
            LoadScalar => Read,
            DrawScalar => Draw,
            SelectScalar => Choice,
            _ => 0,
        };
    }

    /// <summary>Operations for each element of an equation's target.</summary>
    public static long PerElement(Equation equation)
    {
        long terms = 1;
        foreach (IndexVar axis in equation.Reduction?.Axes ?? [])
            terms *= axis.Size.TryGetConstant(out long size) ? Math.Max(1, Math.Min(size, 1 << 16)) : 1 << 10;
        return Math.Min(1L << 32, terms) * Math.Max(1, Of(equation.Body));
    }

    /// <summary>Number of parts, those that stand at several places counted at each.</summary>
    public static int Length(Scalar scalar) => 1 + scalar.Parts().Sum(Length);
}
