using System.Collections.Immutable;
using SsmDsl.Ir;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering;

/// <summary>
/// Gives every output port a tensor of its own that has no places beyond its size: an output that is an input, another
/// output, or extended is copied at the end.
/// </summary>
internal static class PlainPorts
{
    public static GraphProgram Of(GraphProgram program)
    {
        HashSet<Tensor> taken = [.. program.Inputs.Select(p => p.Tensor)];
        var copies = ImmutableArray.CreateBuilder<Node>();
        ImmutableArray<Port> outputs = [.. program.Outputs.Select(p =>
        {
            if (!p.Tensor.Axes.Any(a => a.Before + a.After > 0) && taken.Add(p.Tensor)) return p;
            Equation copy = Copy(p.Tensor);
            copies.Add(copy);
            return p with { Tensor = copy.Target };
        })];
        return copies.Count == 0 ? program : program with { Outputs = outputs, Body = program.Body.AddRange(copies) };
    }

    private static Equation Copy(Tensor source)
    {
        var target = new Tensor(source.Name, source.Element, [.. source.Axes.Select(a => new TensorAxis(a.Size))], source.Origin);
        ImmutableArray<IndexVar> axes = [.. source.Axes.Select((a, i) => new IndexVar("i" + i, a.Size))];
        ImmutableArray<Index> indices = [.. axes.Select(Index.Of)];
        var load = Scalars.Read(source, indices);
        return new Equation(target, axes, indices, null, load, Comment: $"{source.Name} = {source.Name}");
    }
}
