using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Analysis;

/// <summary>Finds out what the recurrences of a program are, from the form of their equations alone.</summary>
public static class RecurrenceForms
{
    /// <summary>All recurrences along data, in order; one inside of the copies of a repeat once.</summary>
    public static ImmutableArray<RecurrenceForm> Of(GraphProgram program) => [.. program.Body.SelectMany(n => Of(n, []))];

    private static IEnumerable<RecurrenceForm> Of(Node node, ImmutableHashSet<IndexVar> copies) => node switch
    {
        Recurrence { Kind: RecurrenceKind.Copies } repeat => repeat.Members.SelectMany(n => Of(n, copies.Add(repeat.Step))),
        Recurrence recurrence => [Of(recurrence, copies)],
        _ => [],
    };

    private static RecurrenceForm Of(Recurrence recurrence, ImmutableHashSet<IndexVar> copies)
    {
        var equations = recurrence.Members.Equations().ToImmutableArray();
        if (recurrence.Members.Any(m => m is not Equation)) return Unknown(recurrence, equations);
        try
        {
            return Of(recurrence, equations, new StateDependence(recurrence), copies);
        }
        catch (TooManyTermsException)
        {
            return Unknown(recurrence, equations);
        }
    }

    private static RecurrenceForm Of(
        Recurrence recurrence, ImmutableArray<Equation> equations, StateDependence dependence, ImmutableHashSet<IndexVar> copies)
    {
        HashSet<Tensor> read = [.. equations.SelectMany(e => dependence.Of(e)).Select(t => t.State.Tensor)];
        ImmutableArray<Equation> updates = [.. equations.Where(e => read.Contains(e.Target))];
        ImmutableArray<Tensor> states = [.. updates.Select(e => e.Target).Distinct()];
        var places = updates.SelectMany(e => dependence.Of(e).Select(t => new StatePlace(e, t, dependence.StepAxis(e.Target)))).ToImmutableArray();
        if (places.IsEmpty) return Unknown(recurrence, equations);

        StateMixing mixing = StateMixings.Of(places, states.Length);
        Equation first = updates[0];
        bool isLinear = places.All(p => p.Term.IsLinear);
        ImmutableArray<int> shared = isLinear && mixing == StateMixing.Diagonal ? StateMixings.SharedAxes(places, copies) : [];
        return new RecurrenceForm(
            recurrence,
            states,
            isLinear,
            states.Any(s => s.Element == ElementType.Complex),
            shared.IsEmpty ? mixing : StateMixing.Shared,
            [.. places.SelectMany(p => p.MixedAxes).Distinct().OrderBy(a => a)],
            shared,
            places.Any(p => p.IsSelective(recurrence.Step)),
            CoefficientOf(places, recurrence),
            first);
    }

    /// <summary>The sum of the coefficients of the last state, if it is the only state and nothing else is read.</summary>
    private static Scalar? CoefficientOf(ImmutableArray<StatePlace> places, Recurrence recurrence)
    {
        if (places.Select(p => p.Equation).Distinct().Count() != 1) return null;
        if (places.Any(p => !p.Term.IsLinear || p.Term.IsPartial || !p.Term.Summed.IsEmpty || !p.IsAligned || !p.IsLastStep(recurrence))) return null;
        ElementType type = places[0].Equation.Target.Element;
        return places.Select(p => p.Term.Factors.Aggregate(Scalars.One(type), (product, f) => Scalars.Multiply(product, As(f, type)))).Aggregate(Scalars.Add);
    }

    private static Scalar As(Scalar factor, ElementType type) =>
        factor.Type == type ? factor : Scalars.Apply(ScalarOp.ToComplex, ElementType.Complex, factor);

    private static RecurrenceForm Unknown(Recurrence recurrence, ImmutableArray<Equation> equations) => new(
        recurrence, [.. equations.Select(e => e.Target).Distinct()], false, equations.Any(e => e.Target.Element == ElementType.Complex),
        StateMixing.Other, [], [], true, null, equations[0]);
}
