namespace SequentialMnist;

/// <summary>Digits read as a stream: what the model takes them for, while their pixels come in one by one.</summary>
internal static class Reading
{
    public static void Show(SequentialDigits model, Digits digits, int count, TextWriter output)
    {
        output.WriteLine("some test digits as a stream, and what they are taken for on the way:");
        using SequentialDigits.Stream stream = model.OpenStream(batch: 1);
        Span<float> logits = stackalloc float[10];
        for (int digit = 0; digit < Math.Min(count, digits.Count); digit++)
        {
            ReadOnlySpan<float> pixels = digits.Image(digit);
            stream.Restore(null);
            output.Write($"  a {digits.Label(digit)}:");
            for (int t = 0; t < pixels.Length; t++)
            {
                stream.Step(pixels.Slice(t, 1), logits);
                if ((t + 1) % Math.Max(pixels.Length / 4, 1) == 0) output.Write($"  {t + 1} pixels {Largest(logits)}");
            }

            output.WriteLine();
        }
    }

    private static int Largest(ReadOnlySpan<float> values) => System.Numerics.Tensors.TensorPrimitives.IndexOfMax(values);
}
