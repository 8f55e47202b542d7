using SsmDsl.Memory;
using SsmDsl.Models;
using SsmDsl.Programs;

namespace SsmDsl.Checkpoints;

/// <summary>
/// Matches the tensors of a file with parameters. Everything is checked and read before the first value is replaced.
/// The caller holds the model alone.
/// </summary>
internal static unsafe class ParameterLoading
{
    private const int Listed = 8;

    public static CheckpointReport Load(ParameterSet parameters, SafetensorsFile file, CheckpointLoadOptions options)
    {
        Dictionary<string, SafetensorsEntry> found = Names(file, options);
        var problems = new List<(string Text, string Tensor, nint[]? Expected, nint[]? Found)>();
        List<string> loaded = [], missing = [];
        foreach (Parameter parameter in parameters)
        {
            if (!found.TryGetValue(parameter.Name, out SafetensorsEntry? entry))
            {
                missing.Add(parameter.Name);
                if (!options.AllowMissing) problems.Add(Missing(parameter, found, parameters));
                continue;
            }

            loaded.Add(parameter.Name);
            if (!parameter.Shape.AsSpan().SequenceEqual([.. entry.Shape]))
            {
                problems.Add((
                    $"'{entry.Name}' has shape [{TensorShapes.Text([.. entry.Shape])}], the model expects [{TensorShapes.Text(parameter.Shape.AsSpan())}]: {Difference(parameter.Shape, entry.Shape)}",
                    parameter.Name, [.. parameter.Shape], [.. entry.Shape]));
            }
            else if (!ElementReading.IsReal(entry.Type))
            {
                problems.Add(($"'{entry.Name}' holds {entry.TypeName}, the model expects F64, F32, F16 or BF16", parameter.Name, null, null));
            }
        }

        string[] leftOver = [.. found.Where(f => !parameters.TryGet(f.Key, out _)).Select(f => f.Value.Name)];
        if (!options.AllowExtra)
        {
            problems.AddRange(leftOver.Select(name => ($"'{name}' is no parameter of the model", name, (nint[]?)null, (nint[]?)null)));
        }

        if (problems.Count > 0) throw Failure(problems, parameters, file);
        Replace(parameters, loaded, found, file);
        return new CheckpointReport(loaded, missing, leftOver);
    }

    private static Dictionary<string, SafetensorsEntry> Names(SafetensorsFile file, CheckpointLoadOptions options)
    {
        var names = new Dictionary<string, SafetensorsEntry>(StringComparer.Ordinal);
        foreach (SafetensorsEntry entry in file.Entries)
        {
            if (!entry.Name.StartsWith(options.Prefix, StringComparison.Ordinal)) continue;
            string name = entry.Name[options.Prefix.Length..];
            string? renamed = options.Rename is null ? name : options.Rename(name);
            if (renamed is null) continue;
            if (!names.TryAdd(renamed, entry))
            {
                throw new CheckpointException($"'{names[renamed].Name}' and '{entry.Name}' are both renamed to '{renamed}'", file.Path, renamed);
            }
        }

        return names;
    }

    private static (string, string, nint[]?, nint[]?) Missing(Parameter parameter, Dictionary<string, SafetensorsEntry> found, ParameterSet parameters)
    {
        string? near = NearestName.Of(parameter.Name, found.Keys.Where(name => !parameters.TryGet(name, out _)));
        return ($"parameter '{parameter.Name}' [{TensorShapes.Text(parameter.Shape.AsSpan())}] is missing{(near is null ? "" : $"; the nearest name in the file is '{near}'")}",
            parameter.Name, [.. parameter.Shape], null);
    }

    /// <summary>The first axis that differs.</summary>
    private static string Difference(IReadOnlyList<nint> expected, IReadOnlyList<nint> found)
    {
        if (expected.Count != found.Count) return $"{found.Count} axes, expected {expected.Count}";
        int axis = Enumerable.Range(0, expected.Count).First(a => expected[a] != found[a]);
        return $"axis {axis} is {found[axis]}, expected {expected[axis]}";
    }

    private static CheckpointException Failure(
        List<(string Text, string Tensor, nint[]? Expected, nint[]? Found)> problems, ParameterSet parameters, SafetensorsFile file)
    {
        string text = string.Join("; ", problems.Take(Listed).Select(p => p.Text));
        if (problems.Count > Listed) text += $"; and {problems.Count - Listed} more";
        return new CheckpointException($"does not fit model {parameters.Store.Layout.Definition.Name}: {text}", file.Path, problems[0].Tensor)
        {
            Expected = problems[0].Expected,
            Found = problems[0].Found,
        };
    }

    private static void Replace(ParameterSet parameters, List<string> loaded, Dictionary<string, SafetensorsEntry> found, SafetensorsFile file)
    {
        using var staged = new NativeBlock(parameters.Store.Layout.Bytes);
        foreach (string name in loaded)
        {
            Parameter parameter = parameters[name];
            void* values = staged.Pointer + parameter.Offset;
            int count = checked((int)parameter.Count);
            if (parameter.Real == ElementKind.Float64) file.Read(found[name].Name, new Span<double>(values, count));
            else file.Read(found[name].Name, new Span<float>(values, count));
        }

        foreach (string name in loaded)
        {
            Parameter parameter = parameters[name];
            nint bytes = parameter.Count * Elements.Size(parameter.Real);
            parameters.Store.RenewHost(parameter.Info);
            Buffer.MemoryCopy(staged.Pointer + parameter.Offset, parameters.Store.Memory + parameter.Offset, bytes, bytes);
            parameters.Store.RaiseVersion(parameter.Info);
        }
    }
}
