using System.Globalization;
using Ecg;
using Examples;
using SsmDsl;

const string usage = $"""
    Ecg: learns to forecast an electrocardiogram a ninth of a second ahead, with S4D.

    {Options.Usage}
    """;

return Command.Run("Ecg", usage, args, (options, stopped) =>
{
    Recording recording = Recording.Load(Path.Combine(AppContext.BaseDirectory, "data", "ecg-mitbih-208.csv.gz"));
    using Device device = Device.Cpu();
    using var model = HeartModel.Create(device, options.Seed);
    Console.WriteLine($"{model.Parameters.Size} parameters; {device}");

    string Millivolts(double square) => (Math.Sqrt(square) * recording.Millivolts).ToString("F3", CultureInfo.InvariantCulture) + " mV";
    var fitting = new Fitting<HeartModel.Batch>(
        "ecg", recording.Windows(0, 0.8, 20), recording.Windows(0.8, 1, 135), BatchSize: 16, Epochs: 12, LearningRate: 5e-3, ("square", Millivolts));
    EvaluationResult result = fitting.Run(model, options, stopped);
    model.Save(Path.Combine(options.Output, "ecg.safetensors"));
    Console.WriteLine($"seed {options.Seed}: test error {Millivolts(result["square"])} (if nothing changed: {Millivolts(recording.SquareOfPersistence(0.8, 1))})");
});
