using System.Collections.Immutable;
using SsmDsl.Diagnostics;
using SsmDsl.Syntax;
using SsmDsl.Text;

namespace SsmDsl.Semantics.Checking;

internal sealed partial class BodyBinder
{
    private static readonly ImmutableArray<TensorValue> NoOutputs = [];

    /// <summary>The outputs of a use of a layer; empty after an error in the call itself.</summary>
    /// <param name="resultNames">What results are called; default: as the callee's outputs.</param>
    private ImmutableArray<TensorValue> BindCall(Callee callee, ApplySyntax use, TensorValue? piped, Context context, ImmutableArray<string?> resultNames = default)
    {
        LayerInfo info = callee.Info;
        if (callee.Named is { } named)
        {
            if (!IsProbing) named.IsUsed = true;
            if (!CheckNamedUse(named, use)) return NoOutputs;
        }
        int errors = sink.Errors;
        GivenSizes given = callee.Named?.Given ?? BindGiven(info, use, context);
        bool isGivenRight = sink.Errors == errors && callee.Named is not { IsBroken: true };
        if (BindTensorArguments(info, use, piped, context) is not { } arguments) return NoOutputs;
        bool isFollowing = !isGivenRight || arguments.Any(a => a is { Value.Shape.IsDefault: true });
        if (isFollowing && !IsProbing) return Partly(info, use);
        if (LiftedAxes(info, arguments) is not { } lifted) return Partly(info, use);
        if (SolveDimensions(callee, use, given, arguments, context) is not { } solution) return Partly(info, use);

        bool[] isLifted = [.. arguments.Select((a, i) => a is not null && HasLifted(a, info.Layer.Inputs[i], lifted))];
        if (IsProbing || sink.Errors > errors || arguments.Any(a => a is { Value.At: null }) || !info.Symbols.All(solution.ContainsKey))
        {
            return [.. info.Layer.Outputs.Select(o =>
            {
                bool depends = o.DependsOn.Any(d => isLifted[InputNumber(info, d)]);
                ImmutableArray<Dim> own = [.. o.Type.Shape.Select(d => d.Substitute(solution))];
                bool isSolved = o.Type.Shape.All(d => d.Symbols.All(solution.ContainsKey));
                return new TensorValue(o.Type.Element, isSolved ? [.. depends ? lifted : [], .. own] : default, null, use.Span);
            })];
        }
        return EmitCall(callee, use, given, arguments, lifted, solution, context, resultNames);
    }

    /// <summary>What is known of the results of a call with an error: element types.</summary>
    private static ImmutableArray<TensorValue> Partly(LayerInfo info, ApplySyntax use) =>
        [.. info.Layer.Outputs.Select(o => new TensorValue(o.Type.Element, default, null, use.Span))];

    private static int InputNumber(LayerInfo info, Local input)
    {
        for (int i = 0; i < info.Layer.Inputs.Length; i++)
        {
            if (ReferenceEquals(info.Layer.Inputs[i].Local, input)) return i;
        }
        throw new InvalidOperationException(input.Name);
    }

    private bool CheckNamedUse(NamedInstance named, ApplySyntax use)
    {
        bool givesSizes = !use.Brackets.IsDefault
            || (!use.Arguments.IsDefault && use.Arguments.Any(a => a.Label is { } label && named.Info.Hyper(label.Text) is not null));
        if (!givesSizes && use.Instance is null) return true;
        sink.Report(DiagnosticCodes.WrongArgument, use.Span,
            givesSizes ? $"dimensions and hyperparameters of '{named.Name.Text}' are given where it is declared" : $"'{named.Name.Text}' has a name already",
            new RelatedPlace(named.Name.Span, "its declaration"));
        return false;
    }

    /// <summary>One per tensor input, null where the default fills it; null after a report.</summary>
    private CallArgument?[]? BindTensorArguments(LayerInfo info, ApplySyntax use, TensorValue? piped, Context context)
    {
        ImmutableArray<LayerInput> inputs = info.Layer.Inputs;
        var arguments = new CallArgument?[inputs.Length];
        bool isRight = true;
        int next = 0;
        if (piped is not null && inputs.IsEmpty) isRight = Wrong(use.Span, $"{info.Name} takes no tensor, so nothing can be piped into it");
        else if (piped is not null) arguments[next++] = new CallArgument(piped, piped.Span);
        foreach (ArgumentSyntax argument in use.Arguments.IsDefault ? [] : use.Arguments)
        {
            int slot;
            if (argument.Label is not { } label)
            {
                if (next >= inputs.Length)
                {
                    isRight = Wrong(argument.Span, $"one argument too many: {Takes(info)}");
                    Bind(argument.Value, context);
                    continue;
                }
                slot = next++;
            }
            else
            {
                if (info.Hyper(label.Text) is not null) continue;
                slot = IndexOf(inputs, label.Text);
                if (slot < 0)
                {
                    sink.Report(DiagnosticCodes.WrongArgument, argument.Span, $"{info.Name} has no argument '{label.Text}': {Takes(info)}",
                        suggestion: Words.Suggest(label.Text, inputs.Select(i => i.Local.Name).Concat(info.Hypers.Select(h => h.Parameter.Name))));
                    isRight = false;
                    continue;
                }
            }
            TensorValue value = Bind(argument.Value, context);
            if (arguments[slot] is not null) isRight = Wrong(argument.Span, $"the argument '{inputs[slot].Local.Name}' of {info.Name} is given twice");
            else arguments[slot] = new CallArgument(value, argument.Value.Span);
        }
        for (int i = 0; i < inputs.Length; i++)
        {
            if (arguments[i] is null && inputs[i].Default is null && isRight) isRight = Wrong(use.Span, $"the argument '{inputs[i].Local.Name}' of {info.Name} is missing");
            if (arguments[i] is not { } given) continue;
            if (Convert(given.Value with { Span = given.Place }, inputs[i].Local.Type.Element, $"the argument '{inputs[i].Local.Name}' of {info.Name}") is { } converted)
                arguments[i] = given with { Value = converted };
            else isRight = false;
        }
        return isRight ? arguments : null;
    }

    private bool Wrong(SourceSpan place, string message)
    {
        sink.Report(DiagnosticCodes.WrongArgument, place, message);
        return false;
    }

    private static string Takes(LayerInfo info) =>
        $"{info.Name} takes {(info.Layer.Inputs.IsEmpty ? "no tensors" : string.Join(", ", info.Layer.Inputs.Select(i => i.Local.Name)))}"
        + (info.Hypers.IsEmpty ? "" : $" and the hyperparameters {string.Join(", ", info.Hypers.Select(h => h.Parameter.Name))}");

    private static int IndexOf(ImmutableArray<LayerInput> inputs, string name)
    {
        for (int i = 0; i < inputs.Length; i++)
        {
            if (inputs[i].Local.Name == name) return i;
        }
        return -1;
    }

    /// <summary>The leading axes over which the layer is lifted; null after a report.</summary>
    private ImmutableArray<Dim>? LiftedAxes(LayerInfo info, CallArgument?[] arguments)
    {
        ImmutableArray<Dim> lifted = [];
        CallArgument? first = null;
        for (int i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] is not { } argument || argument.Value.Shape.IsDefault) continue;
            LayerInput input = info.Layer.Inputs[i];
            int extra = argument.Value.Shape.Length - input.Local.Type.Rank;
            if (extra < 0)
            {
                sink.Report(DiagnosticCodes.WrongRank, argument.Place,
                    $"the argument '{input.Local.Name}' of {info.Name} has shape {sizes.Text(argument.Value.Shape)}; {TextOf(input.Local.Type)} is expected",
                    new RelatedPlace(input.Local.Span, "the input"));
                return null;
            }
            ImmutableArray<Dim> own = [.. argument.Value.Shape.Take(extra)];
            if (extra == 0) continue;
            if (first is null)
            {
                (lifted, first) = (own, argument);
                continue;
            }
            if (own.Length == lifted.Length && own.Zip(lifted, (o, l) => sizes.Agree(l, o, $"a leading axis of '{input.Local.Name}'", argument.Place)).All(agree => agree)) continue;
            sink.Report(DiagnosticCodes.SizesDiffer, argument.Place,
                $"leading axes differ: '{input.Local.Name}' of {info.Name} has {sizes.Text(own)} in front, another argument {sizes.Text(lifted)}", new RelatedPlace(first.Place, "the other argument"));
            return null;
        }
        return lifted;
    }

    private static bool HasLifted(CallArgument argument, LayerInput input, ImmutableArray<Dim> lifted) =>
        !lifted.IsEmpty && !argument.Value.Shape.IsDefault && argument.Value.Shape.Length > input.Local.Type.Rank;

    private static string TextOf(TensorType type) =>
        Elements.Text(type.Element) + (type.Shape.IsEmpty ? "" : $"[{string.Join(", ", type.Shape)}]");

    /// <summary>Values over the caller's symbols for the dimensions of the callee; null after a report.</summary>
    private ImmutableDictionary<DimSymbol, Dim>? SolveDimensions(
        Callee callee, ApplySyntax use, GivenSizes given, CallArgument?[] arguments, Context context)
    {
        LayerInfo info = callee.Info;
        var axes = new List<(Dim Expected, Dim Actual)>();
        var places = new List<(int Input, int Axis)>();
        for (int i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] is not { Value.Shape: { IsDefault: false } shape }) continue;
            ImmutableArray<Dim> own = info.Layer.Inputs[i].Local.Type.Shape;
            for (int axis = 0; axis < own.Length; axis++)
            {
                Dim actual = shape[shape.Length - own.Length + axis];
                if (actual.IsUndefined) return null;
                axes.Add((own[axis], actual));
                places.Add((i, axis));
            }
        }
        if (given.Dimensions.Values.Any(d => d.IsUndefined)) return null;
        var defaults = info.Listed.Where(d => d.Default is not null).ToDictionary(d => d.Symbol, d => d.Default!);
        foreach (HyperInfo hyper in info.IntHypers) defaults[hyper.Symbol] = hyper.Size!;
        DimSolution solution = DimSolver.Solve(axes, given.Dimensions, info.Symbols.Where(s => !given.Dimensions.ContainsKey(s)), defaults);

        bool isRight = true;
        foreach (DimMismatch mismatch in solution.Mismatches)
        {
            var (input, axis) = places[mismatch.Axis];
            isRight &= AcceptMismatch(info, use, given, info.Layer.Inputs[input].Local, arguments[input]!, axis, axes[mismatch.Axis].Expected, mismatch, solution);
        }
        bool areKnown = arguments.All(a => a is null or { Value.Shape.IsDefault: false });
        if (isRight && areKnown && solution.Unsolved.Length > 0 && !info.Layer.HasErrors)
        {
            sink.Report(DiagnosticCodes.SizeUnknown, use.Span,
                $"the dimension {solution.Unsolved[0]} of {info.Name} is neither given nor inferred from an argument",
                new RelatedPlace(info.Layer.NameSpan, "the layer"), $"write {info.Name}[{solution.Unsolved[0]}: SIZE]");
            isRight = false;
        }
        return isRight ? solution.Values : null;
    }

    private bool AcceptMismatch(
        LayerInfo info, ApplySyntax use, GivenSizes given, Local input, CallArgument argument, int axis, Dim expected, DimMismatch mismatch, DimSolution solution)
    {
        bool isGiven = mismatch.Kind == DimMismatchKind.Differs && !expected.Symbols.IsEmpty && expected.Symbols.All(given.Dimensions.ContainsKey);
        SourceSpan place = isGiven ? use.Span : argument.Place;
        string what = $"axis {axis + 1} of the argument '{input.Name}' of {info.Name}";
        if (mismatch.Kind == DimMismatchKind.Differs && sizes.Agree(mismatch.Expected, mismatch.Actual, what, place)) return true;
        string message = mismatch.Kind switch
        {
            DimMismatchKind.Differs when expected.Symbols.IsEmpty => $"{what} has size {sizes.Text(mismatch.Actual)}; {expected} is expected",
            DimMismatchKind.Differs => $"{what} has size {sizes.Text(mismatch.Actual)}; {(expected.Equals(mismatch.Expected) ? "" : $"{expected} = ")}{sizes.Text(mismatch.Expected)} is expected",
            DimMismatchKind.Remainder => $"{what} has size {sizes.Text(mismatch.Actual)}, which is not {expected} for any whole {mismatch.Symbol}",
            _ => $"{what} has size {sizes.Text(mismatch.Actual)}, which is too small for {expected}",
        };
        sink.Report(DiagnosticCodes.SizesDiffer, place, message, new RelatedPlace(input.Span, $"{input.Name}: {TextOf(input.Type)}"));
        return false;
    }
}
