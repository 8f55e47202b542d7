using System.Globalization;
using SsmDsl.Programs;

namespace SsmDsl.Models;

/// <summary>Shapes of the tensors of a model for given dynamic sizes: the batch, the axes of the text, and 2 for complex values.</summary>
internal static class TensorShapes
{
    public static int Rank(TensorInfo info) => (info.HasBatch ? 1 : 0) + info.Axes.Length + (info.Kind == ValueKind.Complex ? 1 : 0);

    public static nint Size(AxisInfo axis, ReadOnlySpan<nint> dims) =>
        axis.Formula is { } formula ? formula(dims)
        : axis.Dimension < 0 ? axis.Offset
        : checked(axis.Factor * dims[axis.Dimension] + axis.Offset);

    public static void Write(TensorInfo info, ReadOnlySpan<nint> dims, Span<nint> shape)
    {
        int next = 0;
        if (info.HasBatch) shape[next++] = dims[0];
        foreach (AxisInfo axis in info.Axes) shape[next++] = Size(axis, dims);
        if (info.Kind == ValueKind.Complex) shape[next] = 2;
    }

    public static nint[] Of(TensorInfo info, ReadOnlySpan<nint> dims)
    {
        var shape = new nint[Rank(info)];
        Write(info, dims, shape);
        return shape;
    }

    public static nint Count(TensorInfo info, ReadOnlySpan<nint> dims)
    {
        nint count = info.Kind == ValueKind.Complex ? 2 : 1;
        if (info.HasBatch) count = checked(count * dims[0]);
        foreach (AxisInfo axis in info.Axes) count = checked(count * Size(axis, dims));
        return count;
    }

    /// <summary>The tensor behind a slot, or null for a loss, a metric or a parameter.</summary>
    public static TensorInfo? Info(ModelDefinition definition, SlotGroup group, int index) => group switch
    {
        SlotGroup.Input or SlotGroup.InputGradient => definition.Inputs[index],
        SlotGroup.Target => definition.Targets[index],
        SlotGroup.Output or SlotGroup.OutputSeed => definition.Outputs[index],
        SlotGroup.InitialState or SlotGroup.FinalState or SlotGroup.FinalStateSeed or SlotGroup.InitialStateGradient => definition.States[index],
        _ => null,
    };

    /// <summary>Number of elements of a slot; of a parameter, all copies together.</summary>
    public static nint Count(ModelDefinition definition, SlotGroup group, int index, ReadOnlySpan<nint> dims)
    {
        if (Info(definition, group, index) is { } info) return Count(info, dims);
        if (group is SlotGroup.Loss or SlotGroup.Metric) return 1;
        ParameterInfo parameter = definition.Parameters[index];
        nint count = Parameters.ParameterLayout.CountOfCopy(parameter);
        foreach (nint copies in parameter.Copies) count = checked(count * copies);
        return count;
    }

    /// <summary>The axes as in the source, with the batch: <c>[batch, T, 1]</c>.</summary>
    public static string Text(TensorInfo info)
    {
        IEnumerable<string> axes = info.Axes.Select(a => a.Text);
        if (info.HasBatch) axes = axes.Prepend("batch");
        if (info.Kind == ValueKind.Complex) axes = axes.Append("2");
        return $"[{string.Join(", ", axes)}]";
    }

    public static string Text(ReadOnlySpan<nint> shape)
    {
        var parts = new string[shape.Length];
        for (int i = 0; i < parts.Length; i++) parts[i] = shape[i].ToString(CultureInfo.InvariantCulture);
        return string.Join(", ", parts);
    }

    /// <summary>Strides of axes with at most one entry do not matter.</summary>
    public static bool IsDense(ReadOnlySpan<nint> lengths, ReadOnlySpan<nint> strides)
    {
        nint expected = 1;
        for (int axis = lengths.Length - 1; axis >= 0; axis--)
        {
            if (lengths[axis] == 0) return true;
            if (lengths[axis] > 1 && strides[axis] != expected) return false;
            expected *= lengths[axis];
        }

        return true;
    }
}
