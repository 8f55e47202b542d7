using SsmDsl.Ir;
using SsmDsl.Lowering.Fusion;
using SsmDsl.Semantics;

namespace SsmDsl.Lowering;

internal sealed partial class KernelBuilder
{
    /// <summary>One segment of the steps of a row.</summary>
    private void LowerSegment(Group group, Segment segment)
    {
        Place number = Place.Of(Counter(segment.Number));
        Place ascending = group.Reversed ? number.Times(-1).Plus(segment.Count - 1) : number;
        Place from = Place.Of(DeclarePlace("from", new SumSource(ascending.Times(segment.Length))));
        Dim unit = group.Chunks?.Length ?? 1;
        Place low = from.Times(unit), whole = low.Plus(segment.Length * unit);
        Value end = Apply(ScalarOp.Min, new PlaceValue(whole), new PlaceValue(Place.Of(group.Step.Size)));
        Place high = Place.Of(DeclarePlace("end", new ValueSource(end))).Plus(-1);
        Stand(segment.First, group.Reversed ? high : low);
        Stand(segment.Last, group.Reversed ? low : high);

        if (segment.IsAlone) LowerAll(segment.Enter);
        else Start(number, group.Before, segment.Enter);
        if (group.Chunks is { } chunks) Part(chunks.Chunk, from, segment.Length, group.Reversed, () => LowerChunk(group, chunks));
        else Part(group.Step, from, segment.Length, group.Reversed, () => LowerSteps(group, group.Members));
        LowerAll(segment.Leave);
        if (!group.After.IsEmpty) Where(Is(number, segment.Count - 1), () => LowerAll(group.After));
    }

    /// <summary>Lets an index have one value from here on.</summary>
    private void Stand(IndexVar index, Place value)
    {
        counters[index] = DeclarePlace(index.Name, new SumSource(value));
        current.Variables.Add(index);
    }

    /// <summary>In the first segment the one, in the others the other.</summary>
    private void Start(Place number, IReadOnlyCollection<Equation> first, IReadOnlyCollection<Equation> later)
    {
        if (first.Count == 0)
        {
            Where(Apply(ScalarOp.Greater, new PlaceValue(number), new PlaceValue(Place.Zero)), () => LowerAll(later));
            return;
        }

        (Scope then, _) = Branch(() => LowerAll(first));
        (Scope otherwise, _) = Branch(() => LowerAll(later));
        current.Statements.Add(new BranchStatement(Is(number, 0), [.. then.Statements], [.. otherwise.Statements]));
    }

    private static OperationValue Is(Place place, Dim value) => Apply(ScalarOp.Equal, new PlaceValue(place), new PlaceValue(Place.Of(value)));
}
