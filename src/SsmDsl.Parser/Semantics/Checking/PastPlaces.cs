namespace SsmDsl.Semantics.Checking;

/// <summary>The places before the start and after the end of axes to which equations for initial states give values.</summary>
internal sealed class PastPlaces
{
    private readonly Dictionary<(Local, int), (long Before, long After)> places = [];

    public PastPlaces(IEnumerable<CheckedStatement> body)
    {
        foreach (CheckedEquation equation in body.All().OfType<CheckedEquation>().Where(e => e.IsInitial))
        {
            for (int axis = 0; axis < equation.Left.Length; axis++)
            {
                if (Position(equation, axis) is not var (before, after)) continue;
                var (b, a) = Of(equation.Target, axis);
                places[(equation.Target, axis)] = (Math.Max(b, before), Math.Max(a, after));
            }
        }
    }

    public (long Before, long After) Of(Local local, int axis) => places.TryGetValue((local, axis), out var place) ? place : (0, 0);

    /// <summary>How far before the start or after the end the equation writes on an axis; null if it writes within.</summary>
    public static (long Before, long After)? Position(CheckedEquation equation, int axis)
    {
        if (AffineReader.TryRead(equation.Left[axis]) is not { IsConstant: true } position) return null;
        if (position.Offset.TryGetConstant(out long fixedPlace) && fixedPlace < 0) return (-fixedPlace, 0);
        return (position.Offset - equation.Target.Type.Shape[axis] + 1).TryGetConstant(out long after) && after > 0 ? (0, after) : null;
    }
}
