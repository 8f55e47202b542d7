namespace SsmDsl.Bench;

/// <summary>The command line does not fit.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>What is measured and where results go.</summary>
/// <param name="Json">File for the array of results.</param>
/// <param name="Output">File for the table with the machine's description.</param>
/// <param name="Only">Names of workloads; empty: all.</param>
/// <param name="Threads">Of the device; 0: one for each processor.</param>
/// <param name="Peers">Whether other libraries are measured too.</param>
internal sealed record Options(string? Json, string Output, string[] Only, int Threads, bool Peers)
{
    public const string Usage = """
        SsmDsl.Bench: measures generated kernels against hand-written ones, other libraries and the machine.

          quick         all workloads, ratios from one run, a few minutes
          widths        the same, without other libraries, for vectors of 512, 256 and 128 bits (as the machine has them), in processes of their own
          kernels       forward and backward kernels under BenchmarkDotNet; the rest of the line is BenchmarkDotNet's (--filter *)
          growth        how times grow with T, B, D and N: a picture (--out results/growth.png) and exponents, of one thread unless --threads says more
          memory        the most memory that training and long scans take (Linux)
          start         what the generator takes for W5's and W7b's models, what it writes, how long the machine code and the first step of a stream take
          tiering       how long kernels take to get to their speed, and that speed: optimised at once as they are, and without AggressiveOptimization
          --json FILE   also write the results as an array of {workload, phase, ours_ms, peers, reference_ms, limit_ms}
          --out FILE    the table with the machine's description (results/benchmarks.md)
          --only A,B    these workloads (W1, W3a, …; a name that ends in * stands for all that begin so)
          --threads N   threads of the device (one for each processor)
          --no-peers    without other libraries (bench/SsmDsl.Bench.Peers, which is built when it is needed first)
        """;

    /// <param name="output">Where results go unless the arguments say it.</param>
    public static Options Parse(IEnumerable<string> arguments, string? output = null)
    {
        var options = new Options(null, output ?? Path.Combine("results", "benchmarks.md"), [], 0, true);
        var rest = new Queue<string>(arguments);
        while (rest.TryDequeue(out string? option))
        {
            string Value() => rest.TryDequeue(out string? value) ? value : throw new UsageException($"{option} needs a value");
            options = option switch
            {
                "--json" => options with { Json = Value() },
                "--out" => options with { Output = Value() },
                "--only" => options with { Only = Value().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) },
                "--threads" => options with { Threads = int.TryParse(Value(), out int n) && n is > 0 and <= 1024 ? n : throw new UsageException("--threads needs a number from 1 to 1024") },
                "--no-peers" => options with { Peers = false },
                _ => throw new UsageException($"there is no option '{option}'"),
            };
        }

        return options;
    }

    /// <summary>Whether a workload is to be measured.</summary>
    public bool Wants(string name) => Only.Length == 0 || Only.Any(o => Matches(o, name));

    /// <summary>Whether <paramref name="pattern"/> of <see cref="Only"/> stands for the workload.</summary>
    public static bool Matches(string pattern, string name) =>
        pattern.EndsWith('*') ? name.StartsWith(pattern[..^1], StringComparison.OrdinalIgnoreCase) : name.Equals(pattern, StringComparison.OrdinalIgnoreCase);
}
