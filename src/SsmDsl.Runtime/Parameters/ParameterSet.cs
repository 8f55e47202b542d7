using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using SsmDsl.Parameters;
using SsmDsl.Programs;

namespace SsmDsl;

/// <summary>
/// The parameters of a model in the order of its text, those of a repeat copy by copy. Generated classes add a property for
/// each part of their names.
/// </summary>
public class ParameterSet : IReadOnlyList<Parameter>
{
    private readonly Parameter[] list;

    // By number in the definition, then by copy (row-major over nested repeats).
    private readonly Parameter[][] byInfo;
    private readonly Dictionary<string, Parameter> byName;

    internal ParameterSet(ParameterStore store)
    {
        Store = store;
        ModelDefinition definition = store.Layout.Definition;
        byInfo = [.. definition.Parameters.Select((p, i) => Copies(store, p, i))];
        var order = new List<Parameter>();
        Enumerate(definition, 0, definition.Parameters.Length, [], order);
        list = [.. order];
        byName = list.ToDictionary(p => p.Name, StringComparer.Ordinal);
    }

    /// <summary>For generated classes: the same parameters.</summary>
    protected ParameterSet(ParameterSet all)
    {
        ArgumentNullException.ThrowIfNull(all);
        (Store, list, byInfo, byName) = (all.Store, all.list, all.byInfo, all.byName);
    }

    /// <summary>Number of parameters, every copy counted.</summary>
    public int Count => list.Length;

    /// <summary>Number of reals in all of them.</summary>
    public long Size => list.Sum(p => (long)p.Count);

    internal ParameterStore Store { get; }

    /// <summary>The parameter at a place in the order of the text.</summary>
    public Parameter this[int index] => list[index];

    /// <summary>The parameter of a name.</summary>
    /// <exception cref="KeyNotFoundException">There is none; the message offers the nearest name.</exception>
    public Parameter this[string name] => TryGet(name, out Parameter? found)
        ? found
        : throw new KeyNotFoundException($"there is no parameter '{name}'{Checkpoints.NearestName.Offer(name, byName.Keys)}");

    /// <summary>Finds a parameter by its name in checkpoints.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out Parameter? parameter) => byName.TryGetValue(name, out parameter);

    /// <summary>For generated classes: a parameter by its number in the definition and the numbers of its copy, outermost first.</summary>
    public Parameter Get(int info, params ReadOnlySpan<int> copies) => byInfo[info][Flat(Store.Layout.Definition.Parameters[info], copies)];

    /// <inheritdoc/>
    public IEnumerator<Parameter> GetEnumerator() => ((IEnumerable<Parameter>)list).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static int Flat(ParameterInfo info, ReadOnlySpan<int> copies)
    {
        int flat = 0;
        for (int level = 0; level < info.Copies.Length; level++)
        {
            int copy = copies[level];
            if (copy < 0 || copy >= info.Copies[level])
            {
                throw new ArgumentOutOfRangeException(nameof(copies), copy, $"there are {info.Copies[level]} copies");
            }

            flat = flat * (int)info.Copies[level] + copy;
        }

        return flat;
    }

    private static Parameter[] Copies(ParameterStore store, ParameterInfo info, int number)
    {
        int total = info.Copies.Aggregate(1, (product, copies) => checked(product * (int)copies));
        var parameters = new Parameter[total];
        for (int flat = 0; flat < total; flat++)
        {
            var numbers = new int[info.Copies.Length];
            for (int level = numbers.Length - 1, rest = flat; level >= 0; level--)
            {
                numbers[level] = rest % (int)info.Copies[level];
                rest /= (int)info.Copies[level];
            }

            int next = 0;
            string name = string.Join('.', info.Path.Select(part => part ?? numbers[next++].ToString(CultureInfo.InvariantCulture)));
            parameters[flat] = new Parameter(store, number, flat, name);
        }

        return parameters;
    }

    /// <summary>Parameters first … end-1 of the definition, which share the copies given; runs within one repeat are listed copy by copy.</summary>
    private void Enumerate(ModelDefinition definition, int first, int end, int[] copy, List<Parameter> order)
    {
        for (int i = first; i < end;)
        {
            ParameterInfo info = definition.Parameters[i];
            if (info.Copies.Length == copy.Length)
            {
                order.Add(Get(i++, copy));
                continue;
            }

            int stop = i + 1;
            while (stop < end && SameRepeat(info, definition.Parameters[stop], copy.Length)) stop++;
            for (int number = 0; number < info.Copies[copy.Length]; number++) Enumerate(definition, i, stop, [.. copy, number], order);
            i = stop;
        }
    }

    private static bool SameRepeat(ParameterInfo a, ParameterInfo b, int level)
    {
        if (b.Copies.Length <= level || a.Copies[level] != b.Copies[level]) return false;
        int depth = 0;
        for (int part = 0; part < a.Path.Length && part < b.Path.Length && a.Path[part] == b.Path[part]; part++)
        {
            if (a.Path[part] is null && depth++ == level) return true;
        }

        return false;
    }
}
