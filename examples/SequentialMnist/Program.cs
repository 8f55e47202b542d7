using System.Globalization;
using Examples;
using SequentialMnist;
using SsmDsl;

const string usage = $"""
    SequentialMnist: learns to read digits pixel by pixel, with linear recurrent units.

      --full DIR    train on the whole of MNIST, whose four files are in this folder, packed or not:
                    train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz, t10k-labels-idx1-ubyte.gz
    {Options.Usage}
    """;

return Command.Run("SequentialMnist", usage, args, (options, stopped) =>
{
    (string folder, string[] forTraining, string[] forTesting) = options.Full is { } full
        ? (full, ["train", "mnist-train"], ["t10k", "mnist-test"])
        : (Path.Combine(AppContext.BaseDirectory, "data"), new[] { "mnist-small-train" }, new[] { "mnist-small-test" });
    (Digits train, Digits test) = Digits.Load(folder, forTraining, Training.BatchSize, forTesting);
    Directory.CreateDirectory(options.Output);
    using Device device = Device.Cpu();
    using var model = SequentialDigits.Create(device, options.Seed);
    Console.WriteLine($"{train.Count} digits to learn from, {test.Count} to test on, {train.Pixels} pixels each; {model.Parameters.Size} parameters; {device}");

    double accuracy = new Training(model, train, test, options).Run(stopped);
    string checkpoint = Path.Combine(options.Output, "sequential-mnist.safetensors");
    model.Save(checkpoint);
    Console.WriteLine($"weights: {checkpoint}");
    Reading.Show(model, test, 5, Console.Out);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"test accuracy: {100 * accuracy:F1} %"));
});
