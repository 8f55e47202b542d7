using System.Collections.Immutable;
using SsmDsl.Diagnostics;
using SsmDsl.Text;

namespace SsmDsl.Semantics.Checking;

/// <summary>
/// Something that must hold for the sizes of every use. What can be neither proven nor refuted with sizes as unknowns is handed
/// to the uses, and decided with their numbers.
/// </summary>
/// <param name="Place">The expression that it is about.</param>
internal abstract record Obligation(SourceSpan Place)
{
    public abstract DiagnosticCode Code { get; }

    /// <summary>What is wrong, with the sizes that are known.</summary>
    public abstract string Message { get; }

    /// <param name="dynamic">Sizes known only at run time; null in a layer, where nothing is known of its symbols.</param>
    public abstract Verdict Decide(ImmutableHashSet<DimSymbol>? dynamic);

    public abstract Obligation Substitute(IReadOnlyDictionary<DimSymbol, Dim> values);

    /// <summary>What exactly is wrong, where that is another place.</summary>
    public virtual Obligation Fault => this;

    /// <param name="use">The use that gave the sizes, if it is another place.</param>
    public virtual Diagnostic Report(SourceSpan? use) => use switch
    {
        { } call when Place.File.IsLibrary => new Diagnostic(Code, call, Message, new RelatedPlace(Place, "in the library")),
        { } call => new Diagnostic(Code, Place, Message, new RelatedPlace(call, "used here")),
        null => new Diagnostic(Code, Place, Message),
    };

    /// <summary>Those of one cause are one mistake: the first is reported.</summary>
    public virtual object Cause => this;

    /// <summary>Decides it for a use: reports what is wrong, hands on what stays open.</summary>
    public static void Settle(
        Obligation obligation, SourceSpan? use, ImmutableHashSet<DimSymbol>? dynamic, DiagnosticSink sink, ICollection<Obligation>? open)
    {
        switch (obligation.Decide(dynamic))
        {
            case Verdict.Refuted:
                sink.Report(obligation.Fault.Report(use));
                break;
            case Verdict.Unknown when !sink.IsMuted:
                open?.Add(obligation);
                break;
        }
    }
}

/// <summary>A division of sizes leaves no remainder.</summary>
/// <param name="Given">The dimensions of the text and their values.</param>
internal sealed record WholeQuotient(Dim Quotient, string Text, ImmutableArray<(string Name, Dim Value)> Given, SourceSpan Place) : Obligation(Place)
{
    public WholeQuotient(Dim quotient, string text, SourceSpan place)
        : this(quotient, text, [.. quotient.Symbols.Select(s => (s.Name, Dim.Of(s))).OrderBy(s => s.Name, StringComparer.Ordinal)], place)
    {
    }

    public override DiagnosticCode Code => DiagnosticCodes.DivisionLeavesRemainder;

    public override string Message => Quotient.IsUndefined
        ? $"{Text} divides by 0{Values}"
        : $"{Text} is {Quotient}{Values}, which is no whole number; sizes divide without a remainder (or write ceil({Text}) or floor({Text}))";

    private string Values
    {
        get
        {
            string[] known = [.. Given.Where(g => g.Value.IsConstant).Select(g => $"{g.Name} = {g.Value}")];
            return known.Length == 0 ? "" : " with " + string.Join(" and ", known);
        }
    }

    public override object Cause => Quotient;

    public override Verdict Decide(ImmutableHashSet<DimSymbol>? dynamic) =>
        Quotient.IsFraction ? Verdict.Refuted : Quotient.IsWhole ? Verdict.Proven : Verdict.Unknown;

    public override Obligation Substitute(IReadOnlyDictionary<DimSymbol, Dim> values) => this with
    {
        Quotient = Quotient.Substitute(values),
        Given = [.. Given.Select(g => (g.Name, g.Value.Substitute(values)))],
    };
}

/// <summary>A size is at least <paramref name="Least"/>.</summary>
internal sealed record LeastSize(Dim Size, string What, long Least, SourceSpan Place) : Obligation(Place)
{
    public override DiagnosticCode Code => DiagnosticCodes.SizesDiffer;

    public override string Message => $"{What} is {Size}; at least {Least} is expected";

    public override Verdict Decide(ImmutableHashSet<DimSymbol>? dynamic)
    {
        if (Size.TryGetConstant(out long size)) return size >= Least ? Verdict.Proven : Verdict.Refuted;
        return Size.IsFraction || DimSign.IsNonnegative(Size - Least, SizeAssumptions.AtLeastOne) ? Verdict.Proven : Verdict.Unknown;
    }

    public override Obligation Substitute(IReadOnlyDictionary<DimSymbol, Dim> values) => this with { Size = Size.Substitute(values) };
}

/// <summary>A position stays on its axis.</summary>
/// <param name="Scope">Ranges of all indices in scope.</param>
internal sealed record InsideAxis(
    AffineForm Position, Dim Size, Guards Guards, ImmutableArray<Dim> Scope, string Tensor, SourceSpan Place) : Obligation(Place)
{
    public override DiagnosticCode Code => DiagnosticCodes.IndexLeavesAxis;

    public override string Message
    {
        get
        {
            Dim? outside = Proof.Counterexample;
            string reaches = outside is null ? "" : $": it can be {outside}";
            return $"the index {Position} can leave its axis of {Tensor}, whose positions are 0 to {Size - 1}{reaches}";
        }
    }

    public override Verdict Decide(ImmutableHashSet<DimSymbol>? dynamic) =>
        Size.IsFraction || Position.Offset.IsUndefined || Scope.Any(s => s.IsUndefined) ? Verdict.Proven : Proof.Verdict;

    private BoundsProof Proof => Bounds.Check(Position, Size, Guards, scope: Scope);

    public override Obligation Substitute(IReadOnlyDictionary<DimSymbol, Dim> values) => this with
    {
        Position = Position.Substitute(values),
        Size = Size.Substitute(values),
        Guards = Guards.Substitute(values),
        Scope = [.. Scope.Select(s => s.Substitute(values))],
    };
}

/// <summary>Two sizes that agreed by value in the model where they stand agree for every other use too.</summary>
internal sealed record EqualSizes(Dim Expected, Dim Actual, string What, SourceSpan Place) : Obligation(Place)
{
    public override DiagnosticCode Code => DiagnosticCodes.SizesDiffer;

    public override string Message => $"{What} has size {Actual}, expected {Expected}";

    public override Verdict Decide(ImmutableHashSet<DimSymbol>? dynamic) =>
        Expected.Equals(Actual) ? Verdict.Proven
        : (Expected - Actual) is { IsConstant: true } or { IsFraction: true } ? Verdict.Refuted
        : dynamic is null ? Verdict.Unknown : Verdict.Refuted;

    public override Obligation Substitute(IReadOnlyDictionary<DimSymbol, Dim> values) =>
        this with { Expected = Expected.Substitute(values), Actual = Actual.Substitute(values) };
}

/// <summary>A size (of a parameter, of a repeat) is known when the model is compiled.</summary>
internal sealed record StaticSize(Dim Size, string What, SourceSpan Place) : Obligation(Place)
{
    public override DiagnosticCode Code => DiagnosticCodes.NotStatic;

    public override string Message => $"{What} is {Size}, which is known only at run time; it must be known when the model is compiled";

    public override Verdict Decide(ImmutableHashSet<DimSymbol>? dynamic) =>
        Size.Symbols.IsEmpty ? Verdict.Proven
        : dynamic is null ? Verdict.Unknown
        : Size.Symbols.Overlaps(dynamic) ? Verdict.Refuted : Verdict.Proven;

    public override Obligation Substitute(IReadOnlyDictionary<DimSymbol, Dim> values) => this with { Size = Size.Substitute(values) };
}

/// <summary>A layer with a direction is not lifted over an axis known only at run time.</summary>
internal sealed record DirectionLifted(ImmutableArray<Dim> Lifted, string Layer, string Along, SourceSpan Place) : Obligation(Place)
{
    public override DiagnosticCode Code => DiagnosticCodes.DirectionLifted;

    public override string Message =>
        $"{Layer} runs along its axis {Along} and is used here once for each position of an axis of size {Lifted[0]}; check that it does not run along the wrong one";

    public override Verdict Decide(ImmutableHashSet<DimSymbol>? dynamic) =>
        Lifted.All(l => l.Symbols.IsEmpty) ? Verdict.Proven
        : dynamic is null ? Verdict.Unknown
        : Lifted.Any(l => l.Symbols.Overlaps(dynamic)) ? Verdict.Refuted : Verdict.Proven;

    public override Obligation Substitute(IReadOnlyDictionary<DimSymbol, Dim> values) =>
        this with { Lifted = [.. Lifted.Select(l => l.Substitute(values))] };
}

/// <summary>Equations fill every place of a tensor exactly once.</summary>
/// <param name="Places">The left side of each equation.</param>
/// <param name="Gap">Where a gap is reported: the output in the header, or the first equation.</param>
internal sealed record FilledOnce(
    string Tensor, bool IsOutput, ImmutableArray<Dim> Shape, ImmutableArray<LeftSide> Sides, ImmutableArray<SourceSpan> Places, SourceSpan Gap) : Obligation(Gap)
{
    public override DiagnosticCode Code => DiagnosticCodes.NotFilledOnce;

    public override string Message => $"the equations for {Tensor} leave places of its {Shape.Length} axes without a value; together they must fill every place once";

    public override Verdict Decide(ImmutableHashSet<DimSymbol>? dynamic) => Proof.Verdict;

    private CoverageProof Proof => LeftSideCoverage.Check(Shape, Sides);

    public override Obligation Fault => Proof switch
    {
        { Fault: CoverageFault.Outside, Equation: { } e } => At(e, $"this equation gives values to places of {Tensor} that do not exist"),
        { Fault: CoverageFault.NotOneToOne, Equation: { } e } => At(e, $"this equation gives some places of {Tensor} more than one value"),
        { Fault: CoverageFault.Overlap, Equation: { } e } => At(e, $"this equation gives a value to places of {Tensor} that an equation before gives one too"),
        _ => this,
    };

    /// <summary>Of a local tensor at its first equation, with the wrong one as the other place.</summary>
    private CertainFault At(int equation, string text) => IsOutput || equation == 0
        ? new CertainFault(Code, text, Places[equation])
        : new CertainFault(Code, $"the equations for {Tensor} do not fill each of its places once", Gap, new RelatedPlace(Places[equation], text));

    public override Obligation Substitute(IReadOnlyDictionary<DimSymbol, Dim> values) => this with
    {
        Shape = [.. Shape.Select(s => s.Substitute(values))],
        Sides = [.. Sides.Select(s => new LeftSide(
            [.. s.Positions.Select(p => p.Substitute(values))],
            [.. s.Axes.Select(a => a with { Range = a.Range.Substitute(values) })]))],
    };
}
