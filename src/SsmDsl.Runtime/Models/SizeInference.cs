using SsmDsl.Programs;

namespace SsmDsl.Models;

/// <summary>Finds the dynamic sizes of a run from the shapes of what the caller gives, and checks everything against them.</summary>
internal static class SizeInference
{
    private const nint Unknown = -1;

    /// <exception cref="ArgumentException">A size is wrong, contradicts another, or is given by nothing.</exception>
    public static void Infer(ModelDefinition definition, ReadOnlySpan<TensorBinding> tensors, Span<nint> dims)
    {
        dims.Fill(Unknown);

        // Who gave each size, for messages.
        Span<int> source = stackalloc int[dims.Length];
        for (int i = 0; i < tensors.Length; i++)
        {
            if (tensors[i].Given) TakePlainAxes(definition, tensors, i, dims, source);
        }

        foreach (TensorBinding tensor in tensors)
        {
            if (tensor.Given) SolveFormulas(tensor, dims);
        }

        // Without any tensor that has the batch axis, one sequence is meant.
        if (dims[0] == Unknown) dims[0] = 1;
        for (int dim = 1; dim < dims.Length; dim++)
        {
            if (dims[dim] == Unknown) throw Undetermined(definition, tensors, dim);
        }

        foreach (TensorBinding tensor in tensors)
        {
            if (tensor.Given) CheckFormulas(tensor, dims);
        }
    }

    private static void TakePlainAxes(ModelDefinition definition, ReadOnlySpan<TensorBinding> tensors, int number, Span<nint> dims, Span<int> source)
    {
        TensorBinding tensor = tensors[number];
        TensorInfo info = tensor.Info;
        int axis = 0;
        if (info.HasBatch)
        {
            if (tensor.Lengths[0] == 0) throw new ArgumentException($"'{info.Name}' has a batch of 0 sequences; there must be at least one", info.Argument);
            Take(definition, tensors, number, 0, tensor.Lengths[0], axis++, dims, source);
        }

        foreach (AxisInfo expected in info.Axes)
        {
            nint size = tensor.Lengths[axis];
            if (expected.Formula is null && expected.Dimension < 0)
            {
                if (size != expected.Offset) throw WrongSize(tensor, axis, expected.Text);
            }
            else if (expected.Formula is null)
            {
                nint rest = size - expected.Offset;
                if (expected.Factor == 0 || rest % expected.Factor != 0 || rest / expected.Factor < 0) throw WrongSize(tensor, axis, expected.Text);
                Take(definition, tensors, number, expected.Dimension, rest / expected.Factor, axis, dims, source);
            }

            axis++;
        }

        if (info.Kind == ValueKind.Complex && tensor.Lengths[axis] != 2) throw WrongSize(tensor, axis, "2, real and imaginary part");
    }

    private static void Take(
        ModelDefinition definition, ReadOnlySpan<TensorBinding> tensors, int number, int dim, nint value, int axis, Span<nint> dims, Span<int> source)
    {
        if (dims[dim] == Unknown)
        {
            dims[dim] = value;
            source[dim] = number;
            return;
        }

        if (dims[dim] == value) return;
        TensorInfo info = tensors[number].Info;
        TensorInfo other = tensors[source[dim]].Info;
        throw new ArgumentException(
            $"'{info.Name}' has {definition.Dynamic[dim]} = {value} (axis {axis} of [{TensorShapes.Text(tensors[number].Lengths)}]), "
            + $"but '{other.Name}' has {definition.Dynamic[dim]} = {dims[dim]}", info.Argument);
    }

    /// <summary>An axis whose formula depends on one size that is not known yet determines it, if it grows with it evenly.</summary>
    private static void SolveFormulas(TensorBinding tensor, Span<nint> dims)
    {
        int first = tensor.Info.HasBatch ? 1 : 0;
        for (int axis = 0; axis < tensor.Info.Axes.Length; axis++)
        {
            if (tensor.Info.Axes[axis].Formula is not { } formula) continue;
            int unknown = -1;
            for (int dim = 1; dim < dims.Length; dim++)
            {
                if (dims[dim] == Unknown && Slope(formula, dims, dim) != 0) unknown = unknown < 0 ? dim : int.MaxValue;
            }

            if (unknown is < 0 or int.MaxValue) continue;
            nint slope = Slope(formula, dims, unknown);
            nint size = (tensor.Lengths[first + axis] - At(formula, dims, unknown, 0)) / slope;
            if (size < 0 || At(formula, dims, unknown, size) != tensor.Lengths[first + axis])
            {
                throw WrongSize(tensor, first + axis, tensor.Info.Axes[axis].Text);
            }

            dims[unknown] = size;
        }
    }

    private static nint Slope(SizeFormula formula, ReadOnlySpan<nint> dims, int dim) => At(formula, dims, dim, 1) - At(formula, dims, dim, 0);

    /// <summary>The formula with one size set; others that are not known are 0.</summary>
    private static nint At(SizeFormula formula, ReadOnlySpan<nint> dims, int dim, nint value)
    {
        Span<nint> trial = stackalloc nint[dims.Length];
        for (int i = 0; i < dims.Length; i++) trial[i] = i == dim ? value : Math.Max(dims[i], 0);
        return formula(trial);
    }

    private static void CheckFormulas(TensorBinding tensor, ReadOnlySpan<nint> dims)
    {
        int axis = tensor.Info.HasBatch ? 1 : 0;
        foreach (AxisInfo expected in tensor.Info.Axes)
        {
            if (expected.Formula is not null && TensorShapes.Size(expected, dims) is var size && size != tensor.Lengths[axis])
            {
                throw WrongSize(tensor, axis, $"{expected.Text} = {size}");
            }

            axis++;
        }
    }

    private static ArgumentException WrongSize(TensorBinding tensor, int axis, string expected) => new(
        $"axis {axis} of '{tensor.Info.Name}' {TensorShapes.Text(tensor.Info)} must be {expected}; the tensor given has shape [{TensorShapes.Text(tensor.Lengths)}]",
        tensor.Info.Argument);

    private static ArgumentException Undetermined(ModelDefinition definition, ReadOnlySpan<TensorBinding> tensors, int dim)
    {
        foreach (TensorBinding tensor in tensors)
        {
            if (!tensor.Given && tensor.Info.Axes.Any(a => a.Dimension == dim))
            {
                return new($"nothing gives the size {definition.Dynamic[dim]}; it is an axis of '{tensor.Info.Name}', which was left out", tensor.Info.Argument);
            }
        }

        return new($"nothing gives the size {definition.Dynamic[dim]}");
    }
}
