using System.Collections.Immutable;
using SsmDsl.Semantics;

namespace SsmDsl.Expansion;

internal sealed partial class Flattening
{
    private void Walk(CheckedCall call, Frame caller)
    {
        LayerInstance instance = call.Instance;
        CheckedLayer layer = instance.Layer;
        Frame declaring = caller.DeclaringFrame(instance);
        int use = caller.NextUse(instance);
        string name = declaring.Path.Length == 0 ? instance.Path : $"{declaring.Path}.{instance.Path}";
        ImmutableArray<PrefixAxis> lifts =
            [.. call.Lifted.Select((size, i) => new PrefixAxis(PrefixKind.Lift, $"p{i + 1}", caller.Size(size)))];
        var frame = new Frame
        {
            Outer = null,
            Path = use == 1 ? name : $"{name}#{use}",
            Instance = declaring.Instance.Child(instance),
            Scope = PrefixAxis.Append(caller.Scope, lifts),
            Dimensions = CallDimensions.Of(call, caller),
            Hyperparameters = instance.Hyperparameters.ToImmutableDictionary(h => h.Key, h => Value(h.Value, declaring)),
            ParameterCopies = declaring.ParameterCopies,
        };

        for (int i = 0; i < layer.Inputs.Length; i++) Pass(layer.Inputs[i], call, i, caller, frame, lifts);
        Walk(layer.Body, frame, layer.IsModel ? TargetDependents.Of(layer) : TargetDependents.None);
        for (int i = 0; i < layer.Outputs.Length; i++)
        {
            if (call.Results[i] is { } result) Return(result, layer.Outputs[i], caller, frame, lifts);
        }
    }

    private static HyperValue Value(HyperArgument argument, Frame frame) =>
        argument.PassedOn is { } passed ? frame.Hyperparameters[passed] : new HyperValue(argument.Value, frame, argument.Word);

    private void Pass(LayerInput input, CheckedCall call, int number, Frame caller, Frame frame, ImmutableArray<PrefixAxis> lifts)
    {
        if (call.Arguments[number] is not { } argument)
        {
            Slot filled = NewSlot(frame, input.Local);
            frame.Bind(input.Local, filled);
            ImmutableArray<IndexSymbol> axes = [.. input.Local.Type.Shape.Select((d, i) => new IndexSymbol($"i{i + 1}", d))];
            drafts.Add(new DraftEquation(
                frame, filled, axes, [.. axes.Select(a => new IndexExpression(a, call.Span))],
                input.Default ?? throw new InvalidOperationException($"no argument for {input.Local}"), IsInitial: false, null, call.Span));
            return;
        }

        View Seen()
        {
            View view = caller.Find(argument);
            return call.ArgumentIsLifted[number] ? view.Entered(lifts) : view;
        }

        // an argument has no past, whatever states its tensor has before the first step
        if (caller.HasPast(argument))
        {
            Slot copy = NewSlot(frame, input.Local);
            frame.Bind(input.Local, copy);
            drafts.Add(new DraftCopy(frame, copy, Seen, null, call.Span));
        }
        else frame.Bind(input.Local, Seen);
    }

    private void Return(Local result, LayerOutput output, Frame caller, Frame frame, ImmutableArray<PrefixAxis> lifts)
    {
        bool isLifted = result.Type.Rank != output.Type.Rank;
        Func<View> seen = () => frame.Find(output.Value);
        if (frame.HasPast(output.Value) || !isLifted && lifts.Length > 0)
        {
            Slot copy = new(output.Name, frame.Path, SlotKind.Value, output.Type.Element, frame.Sizes(output.Type.Shape), frame.Scope, output.Value.Span);
            if (!isLifted) copy.Excluded.UnionWith(lifts);
            drafts.Add(new DraftCopy(frame, copy, seen, null, output.Value.Span));
            seen = () => View.Of(copy);
        }

        caller.Bind(result, () => isLifted ? seen().Left(lifts) : seen());
    }

    /// <summary>
    /// The carried value is one tensor over copies with a place before the first one: a copy's entry reads the place before it,
    /// its exit writes its own, what stands after the repeat reads the last.
    /// </summary>
    private void Walk(CheckedRepeat repeat, Frame outer, ISet<Local> absent)
    {
        Dim count = outer.Size(repeat.Count);
        InstanceScope instance = outer.Instance.Child(repeat, count);
        var axis = new PrefixAxis(PrefixKind.Copy, repeat.Copy.Name, count);
        var inner = new Frame
        {
            Outer = outer,
            Path = string.Join(".", new[] { outer.Path, repeat.Path, "*" }.Where(p => p.Length > 0)),
            Instance = instance,
            Scope = PrefixAxis.Append(outer.Scope, [axis]),
            Dimensions = outer.Dimensions,
            Hyperparameters = outer.Hyperparameters,
            CopySymbol = repeat.Copy,
            CopyAxis = axis,
            ParameterCopies = outer.ParameterCopies.SetItem(instance.Copies[instance.Copies.Length - 1], new PrefixSource(axis)),
        };

        var carried = repeat.Carried
            .Select(c => (Names: c, Slot: new Slot(
                c.After.Name, inner.Path, SlotKind.Value, c.Before.Type.Element, outer.Sizes(c.Before.Type.Shape), inner.Scope, c.Exit.Span)
            { CarriedOver = axis }))
            .ToList();
        foreach (var (names, slot) in carried)
        {
            slot.DependsOn.Add(axis);
            drafts.Add(new DraftCopy(outer, slot, () => outer.Find(names.Before), -1, repeat.Span));
            Copy(inner, names.Entry, () => View.Of(slot, axis, new PrefixSource(axis, -1)), repeat);
        }

        Walk(repeat.Body, inner, absent);
        foreach (var (names, slot) in carried)
        {
            drafts.Add(new DraftCopy(inner, slot, () => inner.Find(names.Exit), null, repeat.Span));
            Copy(outer, names.After, () => View.Of(slot, axis, new FixedSource(count - 1)), repeat);
        }
    }

    private void Copy(Frame frame, Local local, Func<View> source, CheckedRepeat repeat)
    {
        Slot slot = NewSlot(frame, local);
        frame.Bind(local, slot);
        drafts.Add(new DraftCopy(frame, slot, source, null, repeat.Span));
    }
}
