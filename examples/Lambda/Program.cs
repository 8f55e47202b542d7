using System.Globalization;
using Examples;
using Lambda;
using SsmDsl;

const string usage = $"""
    Lambda: learns the genome of phage lambda base by base, with Hawk.

    {Options.Usage}
    """;
const double split = 0.9;

return Command.Run("Lambda", usage, args, (options, stopped) =>
{
    Genome genome = Genome.Load(Path.Combine(AppContext.BaseDirectory, "data", "lambda-phage.fa.gz"));
    using Device device = Device.Cpu();
    using var model = GenomeModel.Create(device, options.Seed);
    Console.WriteLine($"{genome.Length} bases; {model.Parameters.Size} parameters; {device}");

    var fitting = new Fitting<GenomeModel.Batch>(
        "lambda", genome.Windows(0, split, 32), genome.Windows(split, 1, 128), BatchSize: 16, Epochs: 3, LearningRate: 4e-3, ("bits", Bits));
    EvaluationResult result = fitting.Run(model, options, stopped);
    model.Save(Path.Combine(options.Output, "lambda.safetensors"));
    Console.WriteLine($"seed {options.Seed}: {Bits(result["bits"])} bits per base on the test part (counted: {Bits(genome.Markov(0, split))} from frequencies, {Bits(genome.Markov(3, split))} from the last three bases)");
});

static string Bits(double value) => value.ToString("F3", CultureInfo.InvariantCulture);
