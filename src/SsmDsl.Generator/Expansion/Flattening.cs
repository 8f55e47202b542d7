using System.Collections.Immutable;
using SsmDsl.Semantics;

namespace SsmDsl.Expansion;

/// <summary>Follows every call and repeat of a model and lists what is computed; layers are gone afterwards.</summary>
internal sealed partial class Flattening
{
    private readonly List<Draft> drafts = [];
    private readonly List<ParameterSlot> parameters = [];
    private readonly List<(CheckedMetric, Slot)> metrics = [];
    private readonly List<Slot> targets = [];
    private readonly PrefixAxis batch = new(PrefixKind.Batch, "b", Dim.Of(DimSymbol.Batch));
    private Slot? loss;

    private Flattening()
    {
    }

    public static DraftModel Run(CheckedModel model)
    {
        var flattening = new Flattening();
        Frame frame = flattening.TopFrame(model);
        var inputs = model.Layer.Inputs.Select(i => flattening.Given(frame, i.Local, SlotKind.Input)).ToImmutableArray();
        flattening.Walk(model.Layer.Body, frame, TargetDependents.None);
        var outputs = model.Layer.Outputs.Select(o => (o, flattening.Output(frame, o))).ToImmutableArray();
        return new DraftModel(
            frame,
            flattening.batch,
            [.. flattening.drafts],
            inputs,
            [.. flattening.targets],
            [.. flattening.parameters],
            outputs,
            flattening.loss,
            [.. flattening.metrics]);
    }

    private Frame TopFrame(CheckedModel model) => new()
    {
        Outer = null,
        Path = "",
        Instance = new InstanceScope([], []),
        Scope = [batch],
        Dimensions = model.Dimensions,
        Hyperparameters = model.Hyperparameters.ToImmutableDictionary(h => h.Key, h => new HyperValue(h.Value.Value, null, h.Value.Word)),
        ParameterCopies = ImmutableDictionary<PrefixAxis, AxisSource>.Empty,
    };

    private Slot Given(Frame frame, Local local, SlotKind kind)
    {
        Slot slot = NewSlot(frame, local, kind);
        slot.DependsOn.Add(batch);
        frame.Bind(local, slot);
        return slot;
    }

    /// <summary>An output has a tensor of its own, whatever it is a copy of.</summary>
    private Slot Output(Frame frame, LayerOutput output)
    {
        var slot = new Slot(output.Name, frame.Path, SlotKind.Value, output.Type.Element, frame.Sizes(output.Type.Shape), frame.Scope, output.Value.Span);
        if (output.DependsOn.IsEmpty) slot.Excluded.Add(batch);
        drafts.Add(new DraftCopy(frame, slot, () => frame.Find(output.Value), null, output.Value.Span));
        return slot;
    }

    private static Slot NewSlot(Frame frame, Local local, SlotKind kind = SlotKind.Value) =>
        new(local.Name, frame.Path, kind, local.Type.Element, frame.Sizes(local.Type.Shape), frame.Scope, local.Span);

    /// <param name="absent">Names that depend on targets of a model that is used as a layer: left out.</param>
    private void Walk(ImmutableArray<CheckedStatement> body, Frame frame, ISet<Local> absent)
    {
        foreach (CheckedEquation equation in body.OfType<CheckedEquation>().Where(e => !absent.Contains(e.Target)))
        {
            if (!frame.Binds(equation.Target)) frame.Bind(equation.Target, NewSlot(frame, equation.Target));
            if (equation.IsInitial) frame.WithPast.Add(equation.Target);
        }

        foreach (CheckedStatement statement in body) Walk(statement, frame, absent);
    }

    private void Walk(CheckedStatement statement, Frame frame, ISet<Local> absent)
    {
        bool isModel = frame.Path.Length == 0 && frame.Outer is null;
        switch (statement)
        {
            case CheckedParameter parameter:
                Walk(parameter, frame);
                break;
            case CheckedEquation equation when !absent.Contains(equation.Target):
                Slot target = frame.Find(equation.Target).Slot;
                drafts.Add(new DraftEquation(
                    frame, target, equation.Axes, equation.Left, equation.Value, equation.IsInitial, equation.SourceText, equation.Span));
                break;
            case CheckedCall call when !call.Results.Any(r => r is not null && absent.Contains(r)):
                Walk(call, frame);
                break;
            case CheckedRepeat repeat:
                Walk(repeat, frame, absent);
                break;
            case CheckedTarget declared when isModel:
                targets.Add(Given(frame, declared.Local, SlotKind.Target));
                break;
            case CheckedLoss value when isModel:
                loss = ScalarSlot(frame, "loss", value.Value);
                break;
            case CheckedMetric metric when isModel:
                metrics.Add((metric, ScalarSlot(frame, metric.Name, metric.Value)));
                break;
        }
    }

    private Slot ScalarSlot(Frame frame, string name, CheckedExpression value)
    {
        var slot = new Slot(name, frame.Path, SlotKind.Value, value.Type, [], frame.Scope, value.Span);
        drafts.Add(new DraftEquation(frame, slot, [], [], value, IsInitial: false, null, value.Span));
        return slot;
    }

    private void Walk(CheckedParameter parameter, Frame frame)
    {
        InstanceScope scope = frame.Instance;
        if (!scope.Parameters.TryGetValue(parameter.Local, out ParameterSlot? known))
        {
            var slot = new Slot(
                parameter.Local.Name, frame.Path, SlotKind.Parameter, parameter.Local.Type.Element,
                frame.Sizes(parameter.Local.Type.Shape), scope.Copies, parameter.Local.Span);
            slot.DependsOn.UnionWith(scope.Copies);
            known = new ParameterSlot(slot, parameter, scope, frame);
            scope.Parameters.Add(parameter.Local, known);
            parameters.Add(known);
        }

        frame.Bind(parameter.Local, () => View.Of(known.Slot, frame.ParameterCopies));
    }
}
