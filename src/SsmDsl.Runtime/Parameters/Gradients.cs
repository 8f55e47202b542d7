using System.Numerics.Tensors;
using SsmDsl.Devices;
using SsmDsl.Memory;
using SsmDsl.Parameters;
using SsmDsl.Programs;

namespace SsmDsl;

/// <summary>
/// One buffer for the gradient of each parameter of a model, in the layout of the parameters; the gradient of a complex
/// parameter holds the derivatives by its real and imaginary parts in their places. For one thread at a time.
/// </summary>
public unsafe class Gradients : IDisposable
{
    private readonly ParameterSet parameters;
    private readonly NativeBlock block;

    /// <summary>Zero at first.</summary>
    /// <param name="parameters">Those of the model.</param>
    public Gradients(ParameterSet parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        this.parameters = parameters;
        block = new NativeBlock(parameters.Store.Device.Memory, parameters.Store.Layout.Bytes, zero: true);
    }

    internal ParameterLayout Layout => parameters.Store.Layout;

    /// <summary>On the device.</summary>
    internal byte* Memory => block.Pointer != null ? block.Pointer : throw new ObjectDisposedException(nameof(Gradients));

    /// <summary>Set by a backward run whose loss was not finite: where it began. An optimizer refuses such gradients.</summary>
    internal (string Tensor, double Value)? NonFinite { get; set; }

    /// <summary>Copies the gradient of a parameter out.</summary>
    /// <exception cref="ArgumentException">The parameter is one of another kind of model, or the span has not as many elements.</exception>
    public void CopyTo(Parameter parameter, Span<float> destination)
    {
        using Staged values = Of(parameter, destination.Length);
        Elements.CopyReals(values.Pointer, Layout.Real, destination);
    }

    /// <inheritdoc cref="CopyTo(Parameter, Span{float})"/>
    public void CopyTo(Parameter parameter, Span<double> destination)
    {
        using Staged values = Of(parameter, destination.Length);
        Elements.CopyReals(values.Pointer, Layout.Real, destination);
    }

    /// <summary>Replaces the gradient of a parameter, for example by one clipped in some other way.</summary>
    /// <exception cref="ArgumentException">The parameter is one of another kind of model, or the span has not as many elements.</exception>
    public void CopyFrom(Parameter parameter, ReadOnlySpan<float> source)
    {
        using Staged values = Of(parameter, source.Length, read: false);
        Elements.CopyReals(source, values.Pointer, Layout.Real);
        values.Commit();
    }

    /// <inheritdoc cref="CopyFrom(Parameter, ReadOnlySpan{float})"/>
    public void CopyFrom(Parameter parameter, ReadOnlySpan<double> source)
    {
        using Staged values = Of(parameter, source.Length, read: false);
        Elements.CopyReals(source, values.Pointer, Layout.Real);
        values.Commit();
    }

    /// <summary>A copy of the gradient of a parameter, in its shape.</summary>
    public Tensor<float> ToTensor(Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        var values = new float[parameter.Count];
        CopyTo(parameter, values);
        return Tensor.Create(values, parameter.Shape.AsSpan());
    }

    /// <summary>A copy of the gradient of a parameter as doubles, in its shape.</summary>
    public Tensor<double> ToTensor64(Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        var values = new double[parameter.Count];
        CopyTo(parameter, values);
        return Tensor.Create(values, parameter.Shape.AsSpan());
    }

    /// <summary>Sets all gradients to zero, as before a run that accumulates.</summary>
    public void Clear()
    {
        parameters.Store.Device.Memory.Clear(Memory, block.Bytes);
        NonFinite = null;
    }

    /// <summary>√ of the sum of the squares of all entries of all parameters that are not frozen; summed in a fixed order.</summary>
    public double Norm() => Training.GradientNorm.Of(parameters, this);

    /// <exception cref="ArgumentException">They are those of another kind of model, or in the memory of another device.</exception>
    internal void CheckFor(ModelDefinition definition, DeviceMemory memory, string argument)
    {
        if (!Layout.Definition.IsSame(definition))
        {
            throw new ArgumentException($"the gradients are those of model {Layout.Definition.Name}, not of {definition.Name}", argument);
        }

        if (!ReferenceEquals(memory, parameters.Store.Device.Memory))
        {
            throw new ArgumentException($"the gradients are in the memory of another device, {parameters.Store.Device}", argument);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        block.Dispose();
        GC.SuppressFinalize(this);
    }

    private Staged Of(Parameter parameter, int length, bool read = true)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        if (!parameter.Store.Layout.Definition.IsSame(Layout.Definition))
        {
            throw new ArgumentException($"the gradients are those of model {Layout.Definition.Name}, the parameter is one of {parameter.Store.Layout.Definition.Name}", nameof(parameter));
        }

        if (length != parameter.Count) throw new ArgumentException($"parameter {parameter} has {parameter.Count} values, the span has {length}");
        return new Staged(parameters.Store.Device.Memory, Memory + parameter.Offset, parameter.Count * Elements.Size(Layout.Real), read);
    }
}
