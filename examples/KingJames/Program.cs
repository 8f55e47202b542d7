using System.Globalization;
using Examples;
using KingJames;
using SsmDsl;

const string usage = $"""
    KingJames: learns to write like the King James Bible, character by character, with Mamba.

    {Options.Usage}
    """;

return Command.Run("KingJames", usage, args, (options, stopped) =>
{
    Text text = Text.Load(Path.Combine(AppContext.BaseDirectory, "data", "kjv.txt.gz"));
    if (text.Characters.Length > CharacterModel.V) throw new UsageException($"the text has {text.Characters.Length} characters, the model {CharacterModel.V}");
    using Device device = Device.Cpu();
    using var model = CharacterModel.Create(device, options.Seed);
    Console.WriteLine($"{text.Characters.Length} different characters; {model.Parameters.Size} parameters; {device}");

    var fitting = new Fitting<CharacterModel.Batch>(
        "king-james", text.Windows(0, 0.95, 6000), text.Windows(0.95, 1, 100), BatchSize: 16, Epochs: 1, LearningRate: 6e-3, ("bits", Bits));
    EvaluationResult result = fitting.Run(model, options, stopped);
    model.Save(Path.Combine(options.Output, "king-james.safetensors"));
    Console.WriteLine(Writing.Sample(model, text.Characters, 500, (int)options.Seed));
    Console.WriteLine();
    Console.WriteLine($"seed {options.Seed}: {Bits(result["bits"])} bits per character on text that it has not seen");
});

static string Bits(double value) => value.ToString("F3", CultureInfo.InvariantCulture);
