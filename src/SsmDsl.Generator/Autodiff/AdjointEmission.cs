using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Autodiff;

/// <summary>
/// Writes the adjoint nodes: the forward nodes from last to first, each recurrence in the other direction. The adjoint of a
/// tensor is written where its first writer (from the end) stands; by then all of its readers have been passed.
/// </summary>
/// <param name="seeds">Terms that start a tensor's adjoint, from its indices at positions 0 … Size-1.</param>
internal sealed class AdjointEmission(
    IReadOnlyDictionary<Tensor, Tensor> adjoints,
    IReadOnlyDictionary<Tensor, List<Site>> sites,
    IReadOnlyDictionary<Tensor, Func<ImmutableArray<Ir.Index>, Scalar>> seeds)
{
    private readonly Dictionary<Tensor, Pending> pending = adjoints.Keys.ToDictionary(t => t, t => new Pending(null, [.. sites[t]], seeds.ContainsKey(t)));
    private readonly HashSet<Tensor> written = [];

    /// <summary>What a tensor's adjoint still has to take up: a base that was summed already, sites, and its seed.</summary>
    private sealed record Pending(Tensor? Base, ImmutableArray<Site> Sites, bool HasSeed);

    /// <summary>The adjoint of a tensor that no node writes: an input or a parameter.</summary>
    public IEnumerable<Node> OfPort(Tensor tensor)
    {
        var nodes = new List<Node>();
        Write(tensor, adjoints[tensor], pending[tensor], [], Region.Boxes(tensor, pending[tensor].Sites, [], _ => null), nodes);
        return nodes;
    }

    public IEnumerable<Node> Reverse(ImmutableArray<Node> nodes, ImmutableArray<Recurrence> scope)
    {
        var result = new List<Node>();
        for (int i = nodes.Length - 1; i >= 0; i--)
        {
            if (nodes[i] is Recurrence recurrence) Reverse(recurrence, scope, result);
            else Reverse((Equation)nodes[i], scope, result);
        }

        return result;
    }

    private void Reverse(Equation equation, ImmutableArray<Recurrence> scope, List<Node> result)
    {
        Tensor tensor = equation.Target;
        if (!adjoints.TryGetValue(tensor, out Tensor? adjoint) || !written.Add(tensor)) return;
        Write(tensor, adjoint, pending[tensor], scope, Region.Boxes(tensor, pending[tensor].Sites, scope, axis => StepOf(equation.Left[axis], scope)), result);
    }

    private void Reverse(Recurrence recurrence, ImmutableArray<Recurrence> scope, List<Node> result)
    {
        ImmutableArray<Recurrence> inside = scope.Add(recurrence);
        Equation[] writers = [.. Activity.Equations(recurrence.Members).Where(e => adjoints.ContainsKey(e.Target) && !written.Contains(e.Target))];
        Tensor[] tensors = [.. writers.Select(w => w.Target).Distinct()];
        Dictionary<Tensor, Equation> writerOf = tensors.ToDictionary(t => t, t => writers.First(w => ReferenceEquals(w.Target, t)));
        foreach (Tensor tensor in tensors) TakeUpOutside(tensor, writerOf[tensor], recurrence, scope, result);
        if (tensors.Length == 0) return;

        ImmutableArray<Node> members = [.. Reverse(recurrence.Members, inside)];
        result.Add(recurrence with { Reversed = !recurrence.Reversed, Members = members });
        foreach (Tensor tensor in tensors)
        {
            bool IsStepAxis(int axis) => writerOf[tensor].Left[axis].Variables().Contains(recurrence.Step);
            IEnumerable<ImmutableArray<Region>> beyond = Region.Boxes(tensor, pending[tensor].Sites, scope, axis => IsStepAxis(axis) ? null : StepOf(writerOf[tensor].Left[axis], scope))
                .Where(r => Enumerable.Range(0, r.Length).Any(axis => IsStepAxis(axis) && !r[axis].IsMain));
            Write(tensor, adjoints[tensor], pending[tensor], scope, beyond, result);
        }
    }

    /// <summary>Sums what comes from outside of a recurrence before its loop, so that inside only its own sites are left.</summary>
    private void TakeUpOutside(Tensor tensor, Equation writer, Recurrence recurrence, ImmutableArray<Recurrence> scope, List<Node> result)
    {
        Pending now = pending[tensor];
        ImmutableArray<Site> outside = [.. now.Sites.Where(s => !s.Scope.Any(r => ReferenceEquals(r.Step, recurrence.Step)))];
        if (outside.IsEmpty && !now.HasSeed) return;
        var sum = new Tensor($"{adjoints[tensor].Name}.outer", tensor.Element, tensor.Axes);

        // What runs along the steps stays one equation along them.
        bool IsStep(int axis) => writer.Left[axis].Variables().Contains(recurrence.Step);
        Write(tensor, sum, now with { Sites = outside }, scope, Region.Boxes(tensor, outside, scope, axis => StepOf(writer.Left[axis], scope), IsStep), result);
        pending[tensor] = new Pending(sum, [.. now.Sites.Except(outside)], false);
    }

    /// <summary>The position that is bound by an enclosing recurrence, or null.</summary>
    private static Ir.Index? StepOf(Ir.Index left, ImmutableArray<Recurrence> scope) =>
        scope.Any(r => left.Variables().Contains(r.Step)) ? left : null;

    private void Write(Tensor tensor, Tensor target, Pending from, ImmutableArray<Recurrence> scope, IEnumerable<ImmutableArray<Region>> boxes, List<Node> result)
    {
        foreach (ImmutableArray<Region> box in boxes)
        {
            ImmutableArray<Ir.Index> element = [.. box.Select(r => r.Index)];
            ImmutableArray<IndexVar> axes = [.. scope.Select(r => r.Step), .. box.Where(r => r.Loop is not null).Select(r => r.Loop!)];
            Equation Make(Tensor to, Reduction? reduction, Scalar body, string? comment) =>
                new(to, axes, element, reduction, body, Comment: comment is null ? null : $"adjoint of {tensor.Name} in {comment}");

            var terms = new List<Equation>();
            if (from.Base is { } sum) terms.Add(Make(target, null, Scalars.Read(sum, element), null));
            if (from.HasSeed && box.All(r => r.IsMain)) terms.Add(Make(target, null, seeds[tensor](element), null));
            foreach (Site site in from.Sites) terms.Add(Term(site, tensor, target, element, scope, Make, result));
            terms.RemoveAll(t => t.Body.IsConstant(0));
            if (terms.Count == 1)
            {
                result.Add(terms[0]);
                continue;
            }

            Scalar total = Scalars.Zero(tensor.Element);
            foreach (Equation term in terms)
            {
                Scalar value = term.Body;
                if (term.Reduction is not null)
                {
                    var part = new Tensor($"{target.Name}.part", tensor.Element, [.. box.Select((r, axis) => r.Loop is { } loop ? new TensorAxis(loop.Size) : tensor.Axes[axis])]);
                    ImmutableArray<Ir.Index> own = [.. box.Select(r => r.Loop is { } loop ? Ir.Index.Of(loop) : r.Index)];
                    result.Add(term with { Target = part, Left = own });
                    value = Scalars.Read(part, own);
                }

                total = Scalars.Add(total, value);
            }

            result.Add(Make(target, null, total, null) with { Comment = $"adjoint of {tensor.Name}" });
        }
    }

    /// <summary>What one site gives to one element, as an equation: a map, or a sum over what the element leaves free.</summary>
    private static Equation Term(
        Site site,
        Tensor tensor,
        Tensor target,
        ImmutableArray<Ir.Index> element,
        ImmutableArray<Recurrence> scope,
        Func<Tensor, Reduction?, Scalar, string?, Equation> make,
        List<Node> result)
    {
        // Fresh names: the element's indices may be the site's own (steps of enclosing recurrences).
        ImmutableArray<IndexVar> fresh = [.. site.Variables.Select(v => new IndexVar(v.Name, v.Size))];
        Substitution renaming = Substitution.Renaming(site.Variables.Zip(fresh, (a, b) => (a, b)));
        ImmutableArray<Ir.Index> position = renaming.Apply(site.Load.Indices);
        Scalar adjoint = renaming.Apply(site.Adjoint);
        if (scope.IsEmpty && position.Any(p => p.HasLookup()))
        {
            var scattered = new Tensor($"{target.Name}.scatter", tensor.Element, tensor.Axes);
            result.Add(new Equation(scattered, fresh, position, null, adjoint, Accumulate: true, Comment: $"adjoint of {tensor.Name} in {site.Comment}"));
            return make(target, null, Scalars.Read(scattered, element), site.Comment);
        }

        IEnumerable<IndexVar> steps = site.Scope.Select(r => renaming.Apply(r.Step));
        Fibre fibre = Fibre.Solve(fresh, steps, position, element);
        if (fibre.Condition?.IsConstant(0) == true) return make(target, null, Scalars.Zero(tensor.Element), null);
        Scalar body = fibre.Substitution.Apply(adjoint);
        return fibre.Free.IsEmpty
            ? make(target, null, fibre.Condition is null ? body : Scalars.Select(fibre.Condition, body, Scalars.Zero(body.Type)), site.Comment)
            : make(target, new Reduction(ReduceKind.Sum, fibre.Free, fibre.Condition), body, site.Comment);
    }
}
