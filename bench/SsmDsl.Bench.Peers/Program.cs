using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SsmDsl.Bench.Peers;
using SsmDsl.Bench.Peers.Torch;

// A line in, a line out that begins with >, until the input ends. Other lines are what libraries print of their own accord.
//   prepare WORKLOAD PHASE      → {"libtorch": null or why it does not run, …}, of the libraries that have a formulation of it
//   time PEER CALLS             → milliseconds of so many calls of what was prepared last
//   leave                       → frees what was prepared
// With --check: compares fast formulations with plain ones.
if (args is ["--check"])
{
    bool good = true;
    foreach ((string name, double difference) in SelfCheck.Run())
    {
        good &= difference < 1e-4;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {difference:E1}"));
    }

    return good ? 0 : 1;
}

int threads = args is [var given] ? int.Parse(given, CultureInfo.InvariantCulture) : Environment.ProcessorCount;
using var peers = new PeerSet(threads);
while (Console.ReadLine() is { } line)
{
    Console.WriteLine($">{Answer(line.Split(' '))}");
}

return 0;

string Answer(string[] words)
{
    switch (words)
    {
        case ["prepare", var workload, var phase]:
            return JsonSerializer.Serialize(peers.Prepare(workload, phase));
        case ["time", var peer, var calls]:
            int count = int.Parse(calls, CultureInfo.InvariantCulture);
            Action call = peers.Prepared(peer);
            long started = Stopwatch.GetTimestamp();
            for (int i = 0; i < count; i++) call();
            string time = Stopwatch.GetElapsedTime(started).TotalMilliseconds.ToString("R", CultureInfo.InvariantCulture);

            // Threads of the libraries spin on for a while, which must not fall to whoever is timed next.
            Thread.Sleep(3);
            return time;
        case ["leave"]:
            peers.Leave();
            return "left";
        default:
            return "unknown request";
    }
}
