using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Lowering.Fusion;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering;

internal sealed partial class KernelBuilder
{
    private IndexVar? lane;

    /// <summary>One row of a group.</summary>
    private void LowerGroup(Group group)
    {
        lane = group.Lane;

        // in the order of the text: a dictionary has none
        foreach (Tensor zeroed in group.Body.Equations().Select(e => e.Target).Distinct().Where(t => layouts.TryGetValue(t, out LocalLayout layout) && layout.Zeroed))
            current.Statements.Add(new ClearStatement(Local(zeroed), layouts[zeroed].Elements));
        if (group.Segment is { } segment)
        {
            LowerSegment(group, segment);
            return;
        }

        LowerAll(group.Before);
        if (group.Chunks is { } chunks) Loop([chunks.Chunk], group.Reversed, () => LowerChunk(group, chunks));
        else Loop([group.Step], group.Reversed, () => LowerSteps(group, group.Members));
        LowerAll(group.After);
    }

    private void LowerChunk(Group group, Chunks chunks)
    {
        LowerAll(chunks.Enter);
        if (chunks.Replay is { } replay) Within(chunks, replay.Step, replay.Ahead, false, () => LowerSteps(group, replay.Members));
        Within(chunks, group.Step, 0, group.Reversed, () => LowerSteps(group, group.Members));
    }

    /// <summary>Runs over the steps of a chunk, and some beyond its end.</summary>
    private void Within(Chunks chunks, IndexVar step, int ahead, bool reversed, Action body) =>
        Part(step, Place.Of(Counter(chunks.Chunk)).Times(chunks.Length), chunks.Length + ahead, reversed, body);

    /// <summary>Runs over so many values of an index from a place on, as far as there are so many.</summary>
    private void Part(IndexVar index, Place first, Dim length, bool reversed, Action body)
    {
        Scope scope = Open(ScopeKind.Loop, [index], true);
        body();
        current = scope.Parent!;
        current.Statements.Add(new ChunkLoopStatement(Counter(index), first, length, index.Size, reversed, [.. scope.Statements]));
    }

    private bool LowerAll(IReadOnlyCollection<Node> nodes)
    {
        foreach (Node node in nodes) Lower(node);
        return nodes.Count > 0;
    }

    /// <summary>The equations of one step, in common loops where that is possible.</summary>
    private void LowerSteps(Group group, ImmutableArray<Node> members)
    {
        foreach ((StepNest? nest, Node? single) in StepNests.Of(group, members))
        {
            if (single is not null) Lower(single);
            else Loop([group.Lane!], false, () => LowerNest(nest!), LoopOrder.Parallel);
        }
    }

    private void LowerNest(StepNest nest)
    {
        foreach (NestItem item in nest.Items)
        {
            if (item.Along is null) LowerEquation(item.Equations[0], isNested: true);
            else LowerAlong(item.Along, item.Equations);
        }
    }

    private void LowerAlong(IndexVar along, ImmutableArray<Equation> equations)
    {
        var totals = equations.Where(e => e.Reduction is not null).ToDictionary(e => e, e => Declare("sum", Constant(0, e.Body.Type)));
        Loop([along], false, () =>
        {
            foreach (Equation equation in equations)
            {
                if (totals.TryGetValue(equation, out Variable total)) LowerTerm(equation, total);
                else LowerEquation(equation, isNested: true);
            }
        });
        foreach (KeyValuePair<Equation, Variable> total in totals) Store(total.Key, new VariableValue(total.Value), isNested: true);
    }

    private Variable Local(Tensor tensor)
    {
        if (!locals.TryGetValue(tensor, out Variable pointer))
        {
            locals[tensor] = pointer = new Variable(tensor.Name, VariableKind.Pointer, tensor.Element);
            homes[pointer] = root;
        }

        return pointer;
    }

    private Place LocalOffset(LocalLayout layout, IReadOnlyList<Index> indices)
    {
        Place offset = Place.Zero, gaps = Place.Zero;
        foreach (int axis in layout.Order)
        {
            (Index start, long extent, bool isRing) = layout.Axes[axis];
            Index position = indices[axis].Minus(start);
            Place place = Lower(isRing ? position.Modulo(extent) : position);
            offset = offset.Times(extent).Plus(place);
            if (isRing) gaps = gaps.Plus(place.Times(layout.Gap));
        }

        return offset.Plus(gaps);
    }
}
