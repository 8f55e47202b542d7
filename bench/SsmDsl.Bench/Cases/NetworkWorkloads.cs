using SsmDsl.Bench.Models;
using SsmDsl.Bench.Reference;
using SsmDsl.Bench.Reference.Bits512;

namespace SsmDsl.Bench.Cases;

/// <summary>W4 to W7: networks, their training, and streams.</summary>
internal static class NetworkWorkloads
{
    private const double DigitsPosition = 4 * 3 * 4.0 * 64 * 64, DigitsParameters = 100_810;

    public static readonly Workload[] All =
    [
        Mlp("W4a", Perceptron.D, Perceptron.Hidden, d => Perceptron.Create(d)),
        Mlp("W4b", Perceptron256.D, Perceptron256.Hidden, d => Perceptron256.Create(d)),
        new(
            "W5",
            "LRU classifier, 4 layers, D 64 N 64, B 16 T 784",
            d => Digits.Create(d),
            [16, 784],
            [(Phase.Train, new(Read: 0, Written: 0, Flops: 3 * 16 * 784 * DigitsPosition, Operations: 0))],
            Widest.Of<DigitsTrainingReference>)
        {
            Ranges = new Dictionary<string, (double, double)> { ["pixels"] = (0, 1), ["label"] = (0, 10) },
        },
        new("W6", "Mamba language model, 2 layers, D 128 E 256 N 16 V 256, B 4 T 256", d => LanguageModel.Create(d), [4, 256], [(Phase.Train, TrainingWork())], Widest.Of<MambaTrainingReference>)
        {
            Ranges = Tokens(LanguageModel.V),
        },
        new("W7a", "one step of W5's model, batch 1", d => Digits.Create(d), [1, 1], [(Phase.Step, new(4 * DigitsParameters, 0, DigitsPosition, 0))], Widest.Of<DigitsStepReference>)
        {
            Ranges = new Dictionary<string, (double, double)> { ["pixels"] = (0, 1), ["label"] = (0, 10) },
        },
        new("W7b", "one token of a Mamba of 129 million parameters", d => LanguageModel130M.Create(d), [1, 1], [(Phase.Step, new(4 * 129.1e6, 0, 2 * 129.1e6, 0))], Widest.Of<MambaStepReference>)
        {
            Ranges = Tokens(LanguageModel130M.V),
        },
    ];

    private static Dictionary<string, (double, double)> Tokens(int vocabulary) => new() { ["tokens"] = (0, vocabulary), ["next"] = (0, vocabulary) };

    private static Workload Mlp(string name, int features, int hidden, Func<Device, IBenchModel> create)
    {
        const double rows = 8192;
        double flops = 4 * rows * features * hidden;
        return new Workload(
            name,
            $"MLP {features}→{hidden}→{features}, GELU, {rows} rows",
            create,
            [8, 1024],
            [
                (Phase.Forward, new(Read: 4 * rows * features, Written: 4 * rows * features, Flops: flops, Operations: 0)),
                (Phase.ForwardBackward, new(Read: 8 * rows * features, Written: 8 * rows * features, Flops: 3 * flops, Operations: 0)),
            ],
            Widest.Of<PerceptronReference>);
    }

    /// <summary>Matrix products three times (values, both gradients), selective scans forward and backward.</summary>
    private static Work TrainingWork()
    {
        const double rows = 4 * 256, width = 128, channels = 256, states = 16, rank = 8, layers = 2, vocabulary = 256;
        double layer = 2 * (width * 2 * channels + channels * (rank + 2 * states) + rank * channels + channels * width);
        double scans = rows * channels * states * layers;
        return new Work(
            Read: 0, Written: 0, Flops: 3 * rows * (layers * layer + 2 * width * vocabulary) + 18 * scans, Operations: (2 * Work.Exp + 6) * scans);
    }
}
