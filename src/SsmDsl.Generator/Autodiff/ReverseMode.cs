using System.Collections.Immutable;
using SsmDsl.Ir;

namespace SsmDsl.Autodiff;

/// <summary>
/// Reverse mode on graph programs. The adjoint of every equation is a set of equations again: for a read x[f(i)] in
/// y[l(i)] = body(i), dx[j] = Σ over { i : f(i) = j } of dy[l(i)]·∂body/∂x. A recurrence's adjoint is the recurrence of its
/// members' adjoints in the other direction; for h[t] = a[t]·h[t-1] + b[t] that is μ[t] = g[t] + conj(a[t+1])·μ[t+1].
/// </summary>
public static class ReverseMode
{
    /// <summary>
    /// The program with the gradients of its loss, and of Σ seed·state over final states, by all parameters, inputs and initial states
    /// that are real or complex. So the way back is the same, down to its kernels, as in <see cref="VectorJacobian"/>.
    /// </summary>
    public static GraphProgram Backward(GraphProgram evaluate)
    {
        Port loss = evaluate.Outputs.Single(p => p.Kind == PortKind.Loss);
        var seeds = new Dictionary<Tensor, Func<ImmutableArray<Ir.Index>, Scalar>> { [loss.Tensor] = _ => Scalars.Real(1) };
        return Differentiate(evaluate with { Name = "Backward" }, Seeds(evaluate, [PortKind.FinalState], seeds), seeds);
    }

    /// <summary>
    /// The program with the gradients of Σ seed·output over all real and complex outputs and final states; for complex values
    /// the product is that of pairs, re·re + im·im.
    /// </summary>
    public static GraphProgram VectorJacobian(GraphProgram forward)
    {
        var seeds = new Dictionary<Tensor, Func<ImmutableArray<Ir.Index>, Scalar>>();
        return Differentiate(forward with { Name = "VectorJacobian" }, Seeds(forward, [PortKind.Output, PortKind.FinalState], seeds), seeds);
    }

    /// <summary>Inputs with the gradients of outputs of these kinds, which are added to what starts the adjoints.</summary>
    private static List<Port> Seeds(
        GraphProgram program, IReadOnlyCollection<PortKind> kinds, Dictionary<Tensor, Func<ImmutableArray<Ir.Index>, Scalar>> seeds)
    {
        var ports = new List<Port>();
        foreach (Port port in program.Outputs.Where(p => kinds.Contains(p.Kind) && Activity.IsContinuous(p.Tensor)))
        {
            var seed = new Tensor($"{port.Name}.seed", port.Tensor.Element, [.. port.Tensor.Axes.Select(a => new TensorAxis(a.Size))]);
            ports.Add(new Port(port.Kind == PortKind.Output ? PortKind.OutputSeed : PortKind.FinalStateSeed, port.Name, seed));
            seeds.TryGetValue(port.Tensor, out Func<ImmutableArray<Ir.Index>, Scalar>? earlier);
            seeds[port.Tensor] = element =>
            {
                Scalar read = Scalars.Read(seed, element);
                return earlier is null ? read : Scalars.Add(earlier(element), read);
            };
        }

        return ports;
    }

    private static GraphProgram Differentiate(
        GraphProgram program,
        IEnumerable<Port> seedPorts,
        Dictionary<Tensor, Func<ImmutableArray<Ir.Index>, Scalar>> seeds)
    {
        Port[] sources = [.. program.Inputs.Where(p => GradientKind(p.Kind) is not null && Activity.IsContinuous(p.Tensor))];
        HashSet<Tensor> active = Activity.Find(program, sources.Select(p => p.Tensor), seeds.Keys);
        Dictionary<Tensor, Tensor> adjoints = active.ToDictionary(t => t, t => new Tensor($"d{t.Name}", t.Element, t.Axes, t.Origin));
        var collection = new SiteCollection(adjoints);
        ImmutableArray<Node> forward = collection.Visit(program.Body, []);
        Dictionary<Tensor, Func<ImmutableArray<Ir.Index>, Scalar>> activeSeeds = seeds.Where(s => active.Contains(s.Key)).ToDictionary(s => s.Key, s => s.Value);
        var emission = new AdjointEmission(adjoints, collection.Sites, activeSeeds);
        ImmutableArray<Node>.Builder body = forward.ToBuilder();
        body.AddRange(emission.Reverse(forward, []));
        ImmutableArray<Port>.Builder outputs = program.Outputs.ToBuilder();
        foreach (Port source in sources)
        {
            Tensor gradient = Gradient(source, adjoints, emission, body);
            outputs.Add(new Port(GradientKind(source.Kind)!.Value, source.Name, gradient));
        }

        return program with { Inputs = program.Inputs.AddRange(seedPorts), Outputs = outputs.ToImmutable(), Body = body.ToImmutable() };
    }

    private static Tensor Gradient(Port source, Dictionary<Tensor, Tensor> adjoints, AdjointEmission emission, ImmutableArray<Node>.Builder body)
    {
        if (adjoints.TryGetValue(source.Tensor, out Tensor? adjoint))
        {
            body.AddRange(emission.OfPort(source.Tensor));
            return adjoint;
        }

        var zero = new Tensor($"d{source.Tensor.Name}", source.Tensor.Element, source.Tensor.Axes);
        ImmutableArray<IndexVar> axes = [.. zero.Axes.Select((a, i) => new IndexVar($"i{i}", a.Size))];
        body.Add(new Equation(zero, axes, [.. axes.Select(Ir.Index.Of)], null, Scalars.Zero(zero.Element), Comment: $"nothing reaches {source.Name}"));
        return zero;
    }

    private static PortKind? GradientKind(PortKind kind) => kind switch
    {
        PortKind.Parameter => PortKind.ParameterGradient,
        PortKind.Input => PortKind.InputGradient,
        PortKind.InitialState => PortKind.InitialStateGradient,
        _ => null,
    };
}
