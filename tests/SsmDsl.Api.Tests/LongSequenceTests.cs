namespace SsmDsl.Api.Tests;

/// <summary>A model that has a program of its own for long sequences.</summary>
public sealed class LongSequenceTests : IDisposable
{
    private const int Length = 150;

    private readonly Device device = TestDevice.Make();

    public void Dispose() => device.Dispose();

    [Fact]
    public void A_long_sequence_is_the_same_as_its_parts_and_its_steps()
    {
        using var model = Attention.Create(device, 1);
        int[] tokens = [.. Enumerable.Range(0, Length).Select(t => (t * t + t / 7) % 5)];
        float[] gate = Numbers.Wave(1, Length).Values();
        Attention.Outputs whole = model.Forward(Numbers.Of(tokens, 1, Length), Numbers.Of(gate, 1, Length));
        Attention.Outputs first = model.Forward(Numbers.Of(tokens[..90], 1, 90), Numbers.Of(gate[..90], 1, 90));
        Attention.Outputs second = model.Forward(Numbers.Of(tokens[90..], 1, 60), Numbers.Of(gate[90..], 1, 60), first.State);
        Numbers.Near(whole.Y.Values(), [.. first.Y.Values(), .. second.Y.Values()]);
        Numbers.Near(whole.State.Data.Tensor<float>(0).Values(), second.State.Data.Tensor<float>(0).Values());

        using var stream = model.OpenStream();
        var step = new float[8];
        for (int t = 0; t < Length; t++)
        {
            stream.Step([tokens[t]], [gate[t]], step);
            Numbers.Near(whole.Y.Values()[(8 * t)..(8 * t + 8)], step);
        }
    }

    [Fact]
    public void A_check_that_fails_in_it_names_its_tensor()
    {
        using var model = Attention.Create(device, 1);
        var tokens = new int[Length];
        tokens[100] = 5;
        var e = Assert.Throws<IndexOutOfVocabularyException>(() => model.Forward(Numbers.Of(tokens, 1, Length), Numbers.Wave(1, Length)));
        Assert.Equal(("tokens", 100L, 5), (e.Index, e.Position, e.Value));
    }
}
