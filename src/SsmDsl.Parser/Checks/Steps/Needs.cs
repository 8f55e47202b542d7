using SsmDsl.Semantics;

namespace SsmDsl.Checks;

/// <summary>What the values of names depend on.</summary>
internal static class Needs
{
    /// <summary>The names on which the asked-for ones depend, these included. Losses, metrics and unused names are not among them.</summary>
    /// <param name="sources">What each name reads.</param>
    public static HashSet<Local> Of(ILookup<Local, Local> sources, IEnumerable<Local> asked)
    {
        var needed = new HashSet<Local>(asked);
        var open = new Stack<Local>(needed);
        while (open.Count > 0)
        {
            foreach (Local source in sources[open.Pop()])
            {
                if (needed.Add(source)) open.Push(source);
            }
        }
        return needed;
    }

    /// <summary>What each name of a body reads.</summary>
    public static ILookup<Local, Local> Sources(IEnumerable<CheckedStatement> body) => Edges(body).ToLookup(p => p.Target, p => p.Source);

    private static IEnumerable<(Local Target, Local Source)> Edges(IEnumerable<CheckedStatement> body) => body.SelectMany(statement => statement switch
    {
        CheckedParameter p => from read in p.Init.Reads() select (p.Local, read.Local),
        CheckedEquation e => from read in e.Left.Append(e.Value).SelectMany(CheckedWalk.Reads) select (e.Target, read.Local),
        CheckedCall c => Pairs(c),
        CheckedRepeat r => r.Carried.SelectMany(c => new[] { (c.Entry, c.Before), (c.Entry, c.Exit), (c.After, c.Before), (c.After, c.Exit) })
            .Concat(Edges(r.Body)),
        _ => [],
    });

    private static IEnumerable<(Local, Local)> Pairs(CheckedCall call) =>
        from o in call.Instance.Layer.Outputs.Zip(call.Results, (output, result) => (output, result))
        where o.result is not null
        from i in call.Instance.Layer.Inputs.Zip(call.Arguments, (input, argument) => (input, argument))
        where i.argument is not null && o.output.DependsOn.Contains(i.input.Local)
        select (o.result!, i.argument!);
}
