namespace SsmDsl.Compilation;

/// <summary>Hint names from the full names of classes. Two equal ones, case ignored, would silence the whole generator.</summary>
internal sealed class HintNames
{
    private readonly HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);

    public string Next(string fullName)
    {
        string stem = new([.. fullName.Select(c => char.IsLetterOrDigit(c) || c is '.' or '_' ? c : '_')]);
        string hint = stem;
        for (int n = 2; !taken.Add(hint); n++) hint = $"{stem}_{n}";
        return hint + ".g.cs";
    }
}
