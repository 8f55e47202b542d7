using System.Collections.Immutable;
using System.Globalization;
using SsmDsl.Cli.Tensors;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Cli.Running;

/// <summary>
/// Checkpoints have a tensor for every copy of a parameter (<c>blocks.0.scan.decay</c>); programs have one for all copies.
/// </summary>
internal static class ParameterFiles
{
    /// <summary>Checkpoint names of a parameter in the order of its copies.</summary>
    public static IEnumerable<string> Names(ParameterSignature parameter)
    {
        IEnumerable<string> names = [""];
        int level = 0;
        foreach (string? part in parameter.Path)
        {
            IEnumerable<string> parts = part is not null ? [part] : Numbers(parameter.Copies[level++]);
            names = names.SelectMany(name => parts, (name, next) => name.Length == 0 ? next : name + "." + next).ToArray();
        }

        return names;
    }

    /// <summary>One tensor for all copies of each parameter; the file must have exactly the model's tensors.</summary>
    public static Dictionary<string, HostTensor> Join(
        ImmutableArray<ParameterSignature> parameters, Dictionary<string, HostTensor> file, Storage real)
    {
        string[] expected = [.. parameters.SelectMany(Names)];
        string[] missing = [.. expected.Where(n => !file.ContainsKey(n))];
        string[] extra = [.. file.Keys.Except(expected, StringComparer.Ordinal)];
        if (missing.Length + extra.Length > 0)
        {
            throw new RunException(string.Join("; ", new[] { Some("the weights lack", missing), Some("the weights have what the model does not", extra) }.OfType<string>()));
        }

        return parameters.ToDictionary(p => p.Name, p => JoinCopies(p, file, real));
    }

    /// <summary>The values of a parameter as they are.</summary>
    public static HostTensor Read(Parameter parameter)
    {
        var values = new double[parameter.Count];
        parameter.CopyTo(values);
        return new HostTensor([.. parameter.Shape], values, Storage.F64);
    }

    /// <summary>Tensors of single copies from one of all copies.</summary>
    public static IEnumerable<KeyValuePair<string, HostTensor>> Split(ParameterSignature parameter, double[] values, Storage real)
    {
        long[] shape = Shape(parameter);
        int size = (int)HostTensor.Count(shape);
        return Names(parameter).Select((name, copy) => KeyValuePair.Create(name, new HostTensor(shape, values[(copy * size)..((copy + 1) * size)], real)));
    }

    /// <summary>Of one copy, as in files.</summary>
    public static long[] Shape(ParameterSignature parameter)
    {
        var shape = parameter.Type.Shape.Select(d => d.TryGetConstant(out long n) ? n : throw new InvalidOperationException($"{parameter.Name} has no static shape"));
        return parameter.Type.Element == ElementType.Complex ? [.. shape, 2] : [.. shape];
    }

    private static HostTensor JoinCopies(ParameterSignature parameter, Dictionary<string, HostTensor> file, Storage real)
    {
        long[] shape = Shape(parameter);
        var values = new List<double>();
        foreach (string name in Names(parameter))
        {
            HostTensor tensor = file[name];
            bool isScalar = shape.Length == 0 && tensor.Shape is [1];
            if (!isScalar && !tensor.Shape.SequenceEqual(shape)) throw new RunException($"parameter '{name}' must have the shape [{string.Join(", ", shape)}], the weights have {tensor.ShapeText}");
            values.AddRange(RunTensors.Convert(name, tensor, real).Values);
        }

        return new HostTensor([.. parameter.Copies, .. shape], [.. values], real);
    }

    private static IEnumerable<string> Numbers(long count) => Enumerable.Range(0, (int)count).Select(n => n.ToString(CultureInfo.InvariantCulture));

    private static string? Some(string what, string[] names) =>
        names.Length == 0 ? null : $"{what}: {string.Join(", ", names.Take(5))}{(names.Length > 5 ? $" and {names.Length - 5} more" : "")}";
}
