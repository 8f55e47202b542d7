using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Passes;
using SsmDsl.Scheduling;
using SsmDsl.Semantics;

namespace SsmDsl.Expansion;

/// <summary>Equations in any order to a program that can run.</summary>
internal sealed class GraphBuilder(ImmutableArray<DimSymbol> dynamic, ISet<IndexVar> copies)
{
    public GraphProgram Build(string name, ImmutableArray<Equation> equations, ImmutableArray<Port> inputs, ImmutableArray<Port> outputs)
    {
        var ports = new HashSet<Tensor>(inputs.Concat(outputs).Select(p => p.Tensor));
        ImmutableArray<Equation> needed = Needed([.. Needed(equations, outputs).Select(Simplify.Run)], outputs);
        ImmutableArray<Equation> forwarded = Needed(CopyForwarding.Run(needed, ports), outputs);
        ImmutableArray<Equation> merged = Needed(Coalescing.Run(forwarded, ports), outputs);
        return new GraphProgram(name, dynamic.Insert(0, DimSymbol.Batch), inputs, outputs, Scheduler.Of(merged, copies));
    }

    private static ImmutableArray<Equation> Needed(ImmutableArray<Equation> equations, ImmutableArray<Port> outputs)
    {
        HashSet<Tensor> live = DeadCode.Live(equations, outputs.Select(o => o.Tensor));
        return [.. equations.Where(e => live.Contains(e.Target))];
    }
}
