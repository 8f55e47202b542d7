namespace SsmDsl.Api.Tests;

/// <summary>The sequences of a batch, one after the other on each thread or all together.</summary>
public class SequencesTests
{
    // The last block of rows of a sequence is short, and another one is the last of all.
    private const int Length = 135;

    /// <summary>
    /// Of three sequences, one thread takes one after the other; two or more would have nothing to do for too long. More than 16 are
    /// groups, whose gradients are summed together.
    /// </summary>
    [Theory]
    [InlineData(3, 2)]
    [InlineData(3, 5)]
    [InlineData(4, 2)]
    [InlineData(19, 3)]
    [InlineData(19, 11)]
    public void Results_are_the_same_bits_for_any_number_of_threads(int batch, int threads)
    {
        float[] pixels = Numbers.Wave(batch, Length, 1).Values();
        int[] label = [.. Enumerable.Range(0, batch).Select(b => b % 3)];
        Assert.Equal(Results(1), Results(threads));

        int[] Results(int count)
        {
            using var device = Device.Cpu(count);
            using var model = Classifier.Create(device, 1);
            using var gradients = model.NewGradients();
            float[] logits = model.Forward(Numbers.Of(pixels, batch, Length, 1)).Logits.Values();
            model.Backward(new Classifier.Batch { Pixels = Numbers.Of(pixels, batch, Length, 1), Label = Numbers.Of(label, batch) }, gradients);
            var results = new List<float>(logits);
            foreach (Parameter parameter in model.Parameters)
            {
                var values = new float[parameter.Count];
                gradients.CopyTo(parameter, values);
                results.AddRange(values);
            }

            Assert.Contains(results, r => r != 0);
            return [.. results.Select(BitConverter.SingleToInt32Bits)];
        }
    }

    /// <summary>A position counts over all sequences, however they run.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void The_first_label_out_of_range_is_named(int threads)
    {
        const int batch = 6;
        using var device = Device.Cpu(threads);
        using var model = Classifier.Create(device, 1);
        using var gradients = model.NewGradients();
        int[] label = [0, 1, 2, 7, 1, -1];
        float[] pixels = Numbers.Wave(batch, Length, 1).Values();
        var e = Assert.Throws<IndexOutOfVocabularyException>(() =>
        {
            model.Backward(new Classifier.Batch { Pixels = Numbers.Of(pixels, batch, Length, 1), Label = Numbers.Of(label, batch) }, gradients);
        });
        Assert.Equal((3L, 7), (e.Position, e.Value));
        Assert.Contains("[sequence 3]", e.Message, StringComparison.Ordinal);
    }
}
