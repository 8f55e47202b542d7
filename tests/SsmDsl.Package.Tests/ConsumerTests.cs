using System.Globalization;
using System.Runtime.InteropServices;

namespace SsmDsl.Package.Tests;

/// <summary>
/// A project outside of the repository that uses both packages. It is compiled once, under every analyzer and with warnings as
/// errors, and run from the build and as a program compiled ahead of time.
/// </summary>
[Collection("packed")]
public sealed class ConsumerTests(PackedProject packed, ConsumerTests.Consumer consumer) : IClassFixture<ConsumerTests.Consumer>
{
    // A step ahead of time may take so many times one at run time; measured so often at the most.
    private const double MostRatio = 1.3;
    private const int Turns = 6;

    // Those that it has ahead of time.
    private static readonly (string, string) NarrowLanes = ("DOTNET_EnableAVX512", "0");

    [Fact]
    public void Generated_code_passes_every_analyzer()
    {
        Assert.Contains("Consumer.dll", consumer.Build(packed), StringComparison.Ordinal);
        (int code, string output) = packed.Run(consumer.Folder, "dotnet", "build", "-c", "Release", "--no-restore", "-p:SsmDslPrecision=f16");
        Assert.NotEqual(0, code);
        Assert.Contains("SsmDslPrecision of Consumer.csproj is 'f16'; it can be f32, f64 or both.", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_second_package_runs_the_same_models_on_the_simulator_of_a_GPU()
    {
        string[] lines = consumer.Run(packed);
        string[] cpu = Of(lines, "cpu"), simulator = Of(lines, "simulator");
        Assert.StartsWith("CPU, 2 threads, ", cpu[0], StringComparison.Ordinal);
        Assert.DoesNotContain("ahead of time", cpu[0], StringComparison.Ordinal);
        Assert.StartsWith("ILGPU's simulator", simulator[0], StringComparison.Ordinal);
        Assert.Equal(6, cpu.Length);
        Assert.Equal(cpu.Length, simulator.Length);
        foreach ((string expected, string actual) in cpu.Zip(simulator).Skip(1))
        {
            (string name, double[] values) = Values(expected);
            (string same, double[] others) = Values(actual);
            Assert.Equal(name, same);
            Assert.Equal(values.Length, others.Length);
            double bound = name == "float64" ? 1e-12 : 1e-5;
            Assert.All(values.Zip(others), p => Assert.InRange(Math.Abs(p.First - p.Second), 0, bound * Math.Max(1, Math.Abs(p.First))));
        }
    }

    [NativeAotFact]
    public void A_program_compiled_ahead_of_time_has_the_same_bits_without_a_warning()
    {
        string[] expected = Of(consumer.Run(packed), "cpu");
        (string published, string program) = consumer.Publish(packed);
        Assert.DoesNotContain("warning", published, StringComparison.OrdinalIgnoreCase);
        if (RuntimeInformation.ProcessArchitecture == Architecture.X64) Assert.Contains("SsmDsl: compiling ahead of time for x86-64-v3", published, StringComparison.Ordinal);

        // No code of ILGPU's is in it: it would be megabytes.
        Assert.InRange(new FileInfo(program).Length, 1, 8 << 20);
        string weights = Directory.CreateDirectory(Path.Combine(consumer.Folder, "ahead")).FullName;
        string[] all = Consumer.Lines(packed.Run(consumer.Folder, program, weights));
        string[] ahead = Of(all, "cpu");
        Assert.Equal(all.Length, ahead.Length);
        Assert.Equal(expected[0] + ", ahead of time", ahead[0]);
        Assert.Equal(expected[1..], ahead[1..]);
        Assert.Equal(File.ReadAllBytes(Path.Combine(consumer.Folder, "weights", "cpu.safetensors")), File.ReadAllBytes(Path.Combine(weights, "cpu.safetensors")));
    }

    [NativeAotFact]
    public void A_step_compiled_ahead_of_time_takes_no_longer_than_one_compiled_at_run_time_by_a_third()
    {
        consumer.Build(packed);
        string program = consumer.Publish(packed).Program;
        (double ahead, double running) = (double.PositiveInfinity, double.PositiveInfinity);

        // In turns, and the fastest of each: other work on the machine makes some slower.
        for (int turn = 0; turn < Turns && (turn < 2 || ahead > MostRatio * running); turn++)
        {
            running = Math.Min(running, Time(packed.Run(consumer.Folder, "dotnet", [consumer.Assembly, "--time"], NarrowLanes)));
            ahead = Math.Min(ahead, Time(packed.Run(consumer.Folder, program, "--time")));
        }

        Assert.True(ahead <= MostRatio * running, $"{ahead} µs ahead of time, {running} µs at run time");

        static double Time((int Code, string Output) result) => double.Parse(PackedProject.Good(result), CultureInfo.InvariantCulture);
    }

    private static string[] Of(string[] lines, string device) =>
        [.. lines.Where(l => l.StartsWith(device + ": ", StringComparison.Ordinal)).Select(l => l[(device.Length + 2)..].TrimEnd())];

    private static (string Name, double[] Values) Values(string line)
    {
        string[] words = line.Split(' ');
        return (words[0], [.. words[1..].Select(w => double.Parse(w, CultureInfo.InvariantCulture))]);
    }

    /// <summary>The project, built and run when a test first needs it.</summary>
    public sealed class Consumer
    {
        private string? built;
        private string[]? lines;
        private (string, string)? published;

        public string Folder { get; private set; } = "";

        /// <summary>What is compiled at run time.</summary>
        public string Assembly { get; private set; } = "";

        /// <summary>What the build said.</summary>
        public string Build(PackedProject packed)
        {
            if (built is not null) return built;
            Folder = Directory.CreateDirectory(Path.Combine(packed.Folder, "Consumer")).FullName;
            foreach (string file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Consumer")))
                File.WriteAllText(Path.Combine(Folder, Path.GetFileName(file)), File.ReadAllText(file).Replace("PACKED", packed.Version, StringComparison.Ordinal));

            // PublishAot means builds too: they would have no code at run time, which ILGPU needs, and a runtime of their own.
            string output = PackedProject.Good(packed.Run(Folder, "dotnet", "build", "-c", "Release", "-p:DynamicCodeSupport=true", "-p:SelfContained=false"));

            // Publishing builds again, with other settings, into the same folder.
            string bin = Path.GetDirectoryName(Directory.GetFiles(Path.Combine(Folder, "bin"), "Consumer.dll", SearchOption.AllDirectories).Single())!;
            string kept = Directory.CreateDirectory(Path.Combine(packed.Folder, "Consumer built")).FullName;
            foreach (string file in Directory.GetFiles(bin)) File.Copy(file, Path.Combine(kept, Path.GetFileName(file)));
            Assembly = Path.Combine(kept, "Consumer.dll");
            return built = output;
        }

        /// <summary>What the program prints, compiled at run time, in the lanes that it has when it is compiled ahead of time.</summary>
        public string[] Run(PackedProject packed)
        {
            if (lines is not null) return lines;
            Build(packed);
            string weights = Directory.CreateDirectory(Path.Combine(Folder, "weights")).FullName;
            return lines = Lines(packed.Run(Folder, "dotnet", [Assembly, weights], NarrowLanes));
        }

        /// <summary>Compiles the program ahead of time.</summary>
        /// <returns>What the compiler said, and the program.</returns>
        public (string Output, string Program) Publish(PackedProject packed) => published ??= (
            PackedProject.Good(packed.Run(Folder, "dotnet", "publish", "-c", "Release", "--no-restore", "-o", "published")),
            Path.Combine(Folder, "published", OperatingSystem.IsWindows() ? "Consumer.exe" : "Consumer"));

        public static string[] Lines((int Code, string Output) result) => PackedProject.Good(result).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
