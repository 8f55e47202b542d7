namespace SsmDsl.Checkpoints;

/// <summary>Finds what may have been meant by a name that is not there.</summary>
internal static class NearestName
{
    /// <summary><c>; did you mean 'x'?</c>, or nothing if no name is near.</summary>
    public static string Offer(string name, IEnumerable<string> known) => Of(name, known) is { } near ? $"; did you mean '{near}'?" : "";

    /// <summary>The known name with the fewest differing characters, if at most a third of the name differs.</summary>
    public static string? Of(string name, IEnumerable<string> known)
    {
        string? best = null;
        int least = Math.Max(2, name.Length / 3) + 1;
        foreach (string candidate in known)
        {
            if (Math.Abs(candidate.Length - name.Length) >= least) continue;
            int distance = Distance(name, candidate, least);
            if (distance < least) (least, best) = (distance, candidate);
        }

        return best;
    }

    private static int Distance(string a, string b, int limit)
    {
        if (a.Length > 256 || b.Length > 256) return limit;
        Span<int> row = stackalloc int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++) row[j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int above = row[j];
                int replaced = diagonal + (char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1);
                row[j] = Math.Min(replaced, Math.Min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
