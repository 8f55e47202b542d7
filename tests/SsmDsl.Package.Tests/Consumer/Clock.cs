using System;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Numerics.Tensors;
using KingJames;
using SsmDsl;

/// <summary>How long a step of a stream of the example KingJames takes.</summary>
internal static class Clock
{
    private const int Steps = 500, Rounds = 40, WarmUp = 20;

    /// <summary>Prints microseconds: of the fastest of many rounds, for other work on the machine makes some slower.</summary>
    public static void Run()
    {
        using Device device = Device.Cpu(threads: 1);
        using CharacterModel model = CharacterModel.Create(device, seed: 1);
        using CharacterModel.Stream stream = model.OpenStream(batch: 1);
        float[] logits = new float[CharacterModel.V];
        double best = double.PositiveInfinity;
        for (int round = -WarmUp; round < Rounds; round++)
        {
            long started = Stopwatch.GetTimestamp();
            for (int i = 0; i < Steps; i++) stream.Step([i % CharacterModel.V], logits);
            if (round >= 0) best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalMicroseconds / Steps);
        }
        Console.WriteLine(best.ToString("R", CultureInfo.InvariantCulture));
    }
}
