using SsmDsl.Semantics;

namespace SsmDsl.Expansion;

/// <summary>A model used as a layer has no targets, loss and metrics: the names of its body that depend on targets.</summary>
internal static class TargetDependents
{
    public static readonly ISet<Local> None = new HashSet<Local>();

    public static ISet<Local> Of(CheckedLayer layer)
    {
        var absent = new HashSet<Local>(layer.Body.OfType<CheckedTarget>().Select(t => t.Local));
        int count;
        do
        {
            count = absent.Count;
            foreach (CheckedStatement statement in layer.Body) Add(statement, absent);
        }
        while (absent.Count > count);
        return absent;
    }

    private static void Add(CheckedStatement statement, HashSet<Local> absent)
    {
        switch (statement)
        {
            case CheckedEquation e when e.Value.Reads().Concat(e.Left.SelectMany(l => l.Reads())).Any(r => absent.Contains(r.Local)):
                absent.Add(e.Target);
                break;
            case CheckedCall c when c.Arguments.Any(a => a is not null && absent.Contains(a)):
                foreach (Local? result in c.Results)
                {
                    if (result is not null) absent.Add(result);
                }
                break;
            case CheckedRepeat r:
                foreach (CheckedStatement inner in r.Body) Add(inner, absent);
                break;
        }
    }
}
