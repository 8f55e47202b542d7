using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using SsmDsl.Text;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Expansion;

/// <summary>Drafts to equations of the graph: every tensor gets its prefix axes, every equation at most one reduction, at its root.</summary>
/// <param name="stream">The dimension along which the model can be run in chunks: index values along it count from the start of the stream.</param>
internal sealed partial class Translation(PrefixAxis batch, DimSymbol? stream)
{
    private readonly Dictionary<Slot, Tensor> tensors = [];
    private readonly Dictionary<Tensor, string> paths = [];
    private readonly List<Equation> equations = [];

    public ExpandedGraph Graph => new([.. equations], paths);

    /// <summary>Makes the tensors of all slots that are written; initial states give an axis its places before 0 or after the end.</summary>
    public void Declare(IEnumerable<Draft> drafts)
    {
        foreach (var written in drafts.GroupBy(d => d.Target))
        {
            var margins = written.OfType<DraftEquation>().Where(d => d.IsInitial).Select(Margins).ToList();
            Declare(written.Key, margins);
        }
    }

    public Tensor TensorOf(Slot slot) => tensors.TryGetValue(slot, out Tensor? tensor) ? tensor : Declare(slot, []);

    public void Emit(Draft draft)
    {
        switch (draft)
        {
            case DraftEquation equation:
                Emit(equation);
                break;
            case DraftCopy copy:
                Emit(copy);
                break;
        }
    }

    /// <summary>target[left] = value, over the axes.</summary>
    public void Emit(Tensor target, ImmutableArray<Index> left, ImmutableArray<IndexVar> axes, CheckedExpression value, Place place, SourceSpan span)
    {
        value = Taken(value, place);
        if (value is not ReduceExpression { Kind: not ReduceKind.Mean } root)
        {
            equations.Add(new Equation(target, axes, left, null, Translate(value, place), Comment: place.Comment, Origin: span));
            return;
        }

        var (variables, condition, body) = Open(root.Indices, root.Condition, root.Body, place);
        equations.Add(new Equation(
            target, axes, left, new Reduction(root.Kind, variables, condition), body, Comment: place.Comment, Origin: span));
    }

    public Place PlaceOf(Frame frame, Slot target, string? comment, ImmutableDictionary<PrefixAxis, Index> prefix, ImmutableArray<IndexVar> prefixVariables) =>
        new(frame, target, comment, prefix, ImmutableDictionary<IndexSymbol, IndexVar>.Empty, prefixVariables, []);

    private Tensor Declare(Slot slot, List<ImmutableArray<(int Before, int After)>> margins)
    {
        IEnumerable<TensorAxis> prefix = slot.Prefix.Select(a => new TensorAxis(a.Size, ReferenceEquals(a, slot.CarriedOver) ? 1 : 0));
        IEnumerable<TensorAxis> own = slot.Shape.Select((size, i) => new TensorAxis(
            size, margins.Select(m => m[i].Before).DefaultIfEmpty().Max(), margins.Select(m => m[i].After).DefaultIfEmpty().Max()));
        var tensor = new Tensor(slot.Name, slot.Element, [.. prefix, .. own], slot.Span);
        paths[tensor] = slot.ToString();
        return tensors[slot] = tensor;
    }

    /// <summary>The places outside of 0 … Size-1 that an equation for initial states writes, per axis.</summary>
    private ImmutableArray<(int Before, int After)> Margins(DraftEquation initial)
    {
        Place place = PlaceOf(initial.Frame, initial.Target, null, ImmutableDictionary<PrefixAxis, Index>.Empty, []);
        place = place.With(initial.Axes, place.Fresh(initial.Axes));
        return [.. initial.Left.Select((left, axis) =>
        {
            Index index = Position(left, place);
            if (!index.Terms.IsEmpty) return (0, 0);
            if (index.Constant.TryGetConstant(out long position) && position < 0) return ((int)-position, 0);
            return (index.Constant - (initial.Target.Shape[axis] - 1)).TryGetConstant(out long after) && after > 0 ? (0, (int)after) : (0, 0);
        })];
    }

    private void Emit(DraftEquation draft)
    {
        var (prefix, variables) = PrefixOf(draft.Target, atCopy: null);
        Place place = PlaceOf(draft.Frame, draft.Target, draft.Comment, prefix, variables);
        ImmutableArray<IndexVar> own = place.Fresh(draft.Axes);
        place = place.With(draft.Axes, own);
        ImmutableArray<Index> left =
            [.. draft.Target.Prefix.Select(a => prefix[a]), .. draft.Left.Select(l => Position(l, place))];
        Emit(TensorOf(draft.Target), left, [.. variables, .. own], draft.Value, place, draft.Span);
    }

    private void Emit(DraftCopy draft)
    {
        Slot target = draft.Target;
        var (prefix, variables) = PrefixOf(target, draft.AtCopy);
        ImmutableArray<IndexVar> own = [.. target.Shape.Select((size, i) => new IndexVar($"i{i + 1}", size))];
        Place place = PlaceOf(draft.Frame, target, null, prefix, variables.AddRange(own));
        ImmutableArray<Index> indices = [.. own.Select(Index.Of)];
        equations.Add(new Equation(
            TensorOf(target),
            [.. variables, .. own],
            [.. target.Prefix.Select(a => prefix[a]), .. indices],
            null,
            Load(draft.Source(), indices, place),
            Origin: draft.Span));
    }

    private static (ImmutableDictionary<PrefixAxis, Index> Positions, ImmutableArray<IndexVar> Variables) PrefixOf(Slot target, int? atCopy)
    {
        var positions = ImmutableDictionary.CreateBuilder<PrefixAxis, Index>();
        var variables = ImmutableArray.CreateBuilder<IndexVar>();
        foreach (PrefixAxis axis in target.Prefix)
        {
            if (atCopy is { } copy && ReferenceEquals(axis, target.CarriedOver))
            {
                positions.Add(axis, Index.Of(copy));
                continue;
            }

            IndexVar variable = axis.Copy ?? new IndexVar(axis.Name, axis.Size);
            positions.Add(axis, Index.Of(variable));
            variables.Add(variable);
        }
        return (positions.ToImmutable(), variables.ToImmutable());
    }

    private LoadScalar Load(View view, ImmutableArray<Index> own, Place place)
    {
        Index At(AxisSource source) => source switch
        {
            OwnAxis o => own[o.Number],
            PrefixSource p => place.Prefix[p.Axis].Plus(p.Shift),
            FixedSource f => Index.Of(f.Position),
            _ => throw new InvalidOperationException(),
        };
        return LoadOf(TensorOf(view.Slot), [.. view.Slot.Prefix.Select(a => At(view.SourceOf(a))), .. view.Own.Select(At)]);
    }

    private static LoadScalar LoadOf(Tensor tensor, ImmutableArray<Index> indices) =>
        new(tensor, indices, [.. indices.Select((index, i) => Accesses.Of(index, tensor.Axes[i]))]);
}
