using System.Collections.Immutable;
using SsmDsl.Ir;

namespace SsmDsl.Lowering;

/// <summary>
/// Numbers the ports of a program within the model's lists: a gradient or a seed has the number of the tensor that it belongs
/// to, whatever other tensors of the list have none (those of ints and bools).
/// </summary>
internal static class PortNumbers
{
    /// <summary>Inputs, then outputs.</summary>
    public static IEnumerable<(Port Port, int Number)> Of(GraphProgram program)
    {
        ImmutableArray<Port> ports = program.Inputs.AddRange(program.Outputs);
        var numbers = new Dictionary<(PortKind, string), int>();
        foreach (IGrouping<PortKind, Port> kind in ports.GroupBy(p => p.Kind))
        {
            foreach ((Port port, int number) in kind.Select((p, i) => (p, i))) numbers[(kind.Key, port.Name)] = number;
        }

        // A program written by hand may have a gradient of nothing.
        return ports.Select(p => (p, numbers.TryGetValue((Owner(p.Kind), p.Name), out int number) ? number : numbers[(p.Kind, p.Name)]));
    }

    private static PortKind Owner(PortKind kind) => kind switch
    {
        PortKind.OutputSeed => PortKind.Output,
        PortKind.FinalStateSeed => PortKind.FinalState,
        PortKind.ParameterGradient => PortKind.Parameter,
        PortKind.InputGradient => PortKind.Input,
        PortKind.InitialStateGradient => PortKind.InitialState,
        _ => kind,
    };
}
