namespace SsmDsl.Semantics.Printing;

/// <summary>Names of objects that are told apart by reference: the second one of a name is <c>name.2</c>.</summary>
/// <param name="outer">Names that are known already.</param>
public sealed class DistinctNames(DistinctNames? outer = null)
{
    private readonly Dictionary<object, string> names = outer is null ? [] : new(outer.names);
    private readonly Dictionary<string, int> used = outer is null ? [] : new(outer.used);

    public string Of(object named, string wanted)
    {
        if (names.TryGetValue(named, out string? name)) return name;
        used.TryGetValue(wanted, out int count);
        used[wanted] = count + 1;
        return names[named] = count == 0 ? wanted : $"{wanted}.{count + 1}";
    }
}
