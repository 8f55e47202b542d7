using System.Numerics.Tensors;
using System.Text;

namespace KingJames;

/// <summary>Lets a model write: each character is drawn from what it expects, and given to it as the next one.</summary>
internal static class Writing
{
    private const float Temperature = 0.7f;

    public static string Sample(CharacterModel model, char[] characters, int length, int seed)
    {
        using CharacterModel.Stream stream = model.OpenStream(batch: 1);
        var random = new Random(seed);
        var text = new StringBuilder();
        var logits = new float[CharacterModel.V];
        int token = Array.IndexOf(characters, '\n');
        while (text.Length < length)
        {
            stream.Step([token], logits);
            TensorPrimitives.Divide(logits, Temperature, logits);
            TensorPrimitives.SoftMax(logits, logits);
            token = Draw(logits.AsSpan(0, characters.Length), random.NextSingle());
            text.Append(characters[token]);
        }

        return text.ToString();
    }

    private static int Draw(ReadOnlySpan<float> probabilities, float point)
    {
        for (int i = 0; i < probabilities.Length; i++)
        {
            point -= probabilities[i];
            if (point < 0) return i;
        }

        return probabilities.Length - 1;
    }
}
