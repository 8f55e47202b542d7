using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Lowering;

/// <summary>Whether equations fill every place of a tensor: they never write one twice, so counting is enough.</summary>
internal static class Coverage
{
    public static bool IsFull(Tensor tensor, IEnumerable<Equation> writers)
    {
        Dim places = 0;
        foreach (Equation equation in writers)
        {
            if (equation.Accumulate) return false;
            places += equation.Axes.Aggregate((Dim)1, (n, a) => n * a.Size);
        }

        return places.Equals(tensor.Axes.Aggregate((Dim)1, (n, a) => n * a.Extent));
    }
}
