using SsmDsl.Lowering;
using SsmDsl.Semantics;

namespace SsmDsl.Generator.Tests.Lowering;

/// <summary>Which places of an array a kernel can mix up.</summary>
public class MemoryPlacesTests
{
    private static readonly Variable Array = new("h", VariableKind.Pointer, ElementType.Real);
    private static readonly Variable Step = Variable.Position("t"), Now = Variable.Position("now"), Next = Variable.Position("next"), Again = Variable.Position("again");
    private static readonly Variable Row = Variable.Position("n"), Other = Variable.Position("m"), Unknown = Variable.Position("u");

    /// <summary>for n below 4, for m below 4, with now = t mod 2, next = (t + 1) mod 2, again = t mod 2.</summary>
    private static readonly MemoryPlaces Places = new(new Kernel(
        "k", [], [], [], [new LocalArray(Array, 64)], null,
        [
            new LetPlaceStatement(Now, new RemainderSource(Place.Of(Step), 2, true)),
            new LetPlaceStatement(Next, new RemainderSource(Place.Of(Step).Plus(1), 2, true)),
            new LetPlaceStatement(Again, new RemainderSource(Place.Of(Step), 2, true)),
            new LoopStatement(Row, 4, false, [new LoopStatement(Other, 4, false, [])]),
        ]));

    [Fact]
    public void Places_of_one_ring_are_apart_whatever_stays_within_them() =>
        Assert.True(AreApart(At(Now, 8, Row, 2), At(Next, 8, Other, 2)));

    [Fact]
    public void Not_where_what_stays_within_them_reaches_the_next() =>
        Assert.False(AreApart(At(Now, 6, Row, 2), At(Next, 6, Other, 2)));

    [Fact]
    public void One_place_of_a_ring_under_two_names_is_one()
    {
        Assert.False(AreApart(At(Now, 8, Row, 2), At(Again, 8, Other, 2)));
        Assert.True(MemoryPlaces.AreOne(Resolved(At(Now, 8, Row, 2)), Resolved(At(Again, 8, Row, 2))));
    }

    [Fact]
    public void Constants_and_ranges_decide_elsewhere()
    {
        Assert.True(AreApart(Place.Of(Row), Place.Of(Row).Plus(1)));
        Assert.True(AreApart(Place.Of(Row), Place.Of(Other).Plus(4)));
        Assert.False(AreApart(Place.Of(Row), Place.Of(Other).Plus(3)));
        Assert.False(AreApart(Place.Of(Row), Place.Of(Unknown).Plus(100)));
    }

    private static Place At(Variable ring, long size, Variable within, long stride) => Place.Of(ring).Times(size).Plus(Place.Of(within).Times(stride));

    private static Place Resolved(Place place) => Places.Of(Array, place).Place;

    private static bool AreApart(Place a, Place b) => Places.AreApart(Resolved(a), Resolved(b)) && Places.AreApart(Resolved(b), Resolved(a));
}
