using System.Runtime.InteropServices;
using SsmDsl.Bench.Cases;

namespace SsmDsl.Bench.Reference.Bits512;

/// <summary>
/// A training step of the digit classifier with three joins: weights are packed; each thread takes a sequence forward and backward
/// through all layers, blocks of rows within a layer, so that what is kept of it stays in its cache; gradients of a few groups of
/// sequences are summed where the optimizer needs them.
/// </summary>
internal sealed unsafe partial class DigitsTrainingReference : TrainingReference<DigitsTrainingReference.Context>
{
    private const int D = 64, N = 64, Wide = 128, Depth = 4, Classes = 10, Groups = 8;

    /// <summary>Positions that go through a layer together.</summary>
    private const int Rows = 112;

    public DigitsTrainingReference(ModelCase model)
        : base(model)
    {
        *C = new Context
        {
            T = Length,
            Batch = Batch,
            Pixels = Input("pixels"),
            Labels = (int*)Model.Target("label").Data,
            Layers = (Layer*)Scratch(Depth * (nint)sizeof(Layer) / sizeof(float)),
            Encoder = Trained("encoder.weight"),
            EncoderBias = Trained("encoder.bias"),
            Head = Trained("head.weight"),
            HeadBias = Trained("head.bias"),
            Parts = Scratch(Groups * Part.Size),
            Loss = Scratch(Batch),
            Spaces = Spaces<Space>(() => new Space { X = Scratch(Length * D), DX = Scratch(Length * D), Local = Scratch(Rows * Local.Width), Kept = Scratch(Depth * Kept.Size(Length)) }),
        };
        for (int i = 0; i < Depth; i++) C->Layers[i] = NewLayer($"blocks.{i}.");
    }

    public override void Train()
    {
        Step++;
        C->Step = Step;
        For(Depth, &Pack);
        For(Groups, &Group);
        For(Depth + 1, &Update);
    }

    private Layer NewLayer(string path) => new()
    {
        Norm = Trained(path + "layer_norm.weight"),
        NormBias = Trained(path + "layer_norm.bias"),
        Nu = Trained(path + "lru.nu_log"),
        Theta = Trained(path + "lru.theta_log"),
        Gamma = Trained(path + "lru.gamma_log"),
        BRe = Trained(path + "lru.B_re"),
        BIm = Trained(path + "lru.B_im"),
        CRe = Trained(path + "lru.C_re"),
        CIm = Trained(path + "lru.C_im"),
        Skip = Trained(path + "lru.D"),
        Linear = Trained(path + "linear.weight"),
        LinearBias = Trained(path + "linear.bias"),
        Lambda = Scratch(2 * N),
        In = Scratch(D * Wide),
        InBack = Scratch(D * Wide),
        Out = Scratch(D * Wide),
        OutBack = Scratch(D * Wide),
        LinearIn = Scratch(D * Wide),
        LinearBack = Scratch(D * Wide),
    };

    private static void Group(nint group, void* context)
    {
        Context* c = (Context*)context;
        float* part = c->Parts + group * Part.Size;
        NativeMemory.Clear(part, Part.Size * sizeof(float));
        int taken = c->Spaces.Take();
        Space* space = (Space*)c->Spaces.At(taken);
        for (nint sequence = group * c->Batch / Groups; sequence < (group + 1) * c->Batch / Groups; sequence++)
        {
            Forward(c, space, sequence);
            Classify(c, space, sequence, part);
            Backward(c, space, sequence, part);
        }

        c->Spaces.Leave(taken);
    }

    /// <summary>Pooling, logits, loss, and the gradient at the last layer, the same for all positions.</summary>
    private static void Classify(Context* c, Space* space, nint sequence, float* part)
    {
        float* pooled = stackalloc float[D], logits = stackalloc float[Classes], back = stackalloc float[D];
        NativeMemory.Clear(pooled, D * sizeof(float));
        NativeMemory.Clear(back, D * sizeof(float));
        ColumnSums.Add(space->X, D, c->T, pooled);
        float total = 0, largest = float.NegativeInfinity;
        for (int k = 0; k < Classes; k++)
        {
            logits[k] = c->HeadBias->Values[k];
            for (int d = 0; d < D; d++) logits[k] += pooled[d] / c->T * c->Head->Values[k * D + d];
            largest = Math.Max(largest, logits[k]);
        }

        for (int k = 0; k < Classes; k++) total += MathF.Exp(logits[k] - largest);
        c->Loss[sequence] = largest + MathF.Log(total) - logits[c->Labels[sequence]];
        for (int k = 0; k < Classes; k++)
        {
            float g = (MathF.Exp(logits[k] - largest) / total - (k == c->Labels[sequence] ? 1 : 0)) / c->Batch;
            part[Part.HeadBias + k] += g;
            for (int d = 0; d < D; d++)
            {
                part[Part.Head + k * D + d] += g * pooled[d] / c->T;
                back[d] += g * c->Head->Values[k * D + d] / c->T;
            }
        }

        for (nint t = 0; t < c->T; t++) NativeMemory.Copy(back, space->DX + t * D, D * sizeof(float));
    }

    /// <summary>Where gradients lie in a group's block: four layers, then the rest.</summary>
    private static class Part
    {
        public const int In = 0, Out = In + D * Wide, Linear = Out + D * Wide, LinearBias = Linear + D * Wide, Norm = LinearBias + Wide, NormBias = Norm + D;
        public const int Skip = NormBias + D, Lambda = Skip + D, LayerSize = Lambda + 2 * N;
        public const int Encoder = Depth * LayerSize, EncoderBias = Encoder + D, Head = EncoderBias + D, HeadBias = Head + Classes * D, Size = HeadBias + 64;
    }

    /// <summary>What is kept of a layer for the way back: normalised rows, their inverse deviations, states (one row more), y, z.</summary>
    private static class Kept
    {
        public static nint Size(nint t) => Inverse(t) + t + 80;

        public static nint States => 2 * N;

        public static nint Y(nint t) => States + t * 2 * N + 80;

        public static nint Z(nint t) => Y(t) + t * D + 80;

        public static nint Hat(nint t) => Z(t) + t * Wide + 80;

        public static nint Inverse(nint t) => Hat(t) + t * D + 80;
    }

    /// <summary>What a block of rows needs for a moment.</summary>
    private static class Local
    {
        public const int Normed = 0, First = Normed + D, Second = First + Wide, Width = Second + Wide;
    }

    internal struct Layer
    {
        public TrainedParameter* Norm, NormBias, Nu, Theta, Gamma, BRe, BIm, CRe, CIm, Skip, Linear, LinearBias;
        public float* Lambda, In, InBack, Out, OutBack, LinearIn, LinearBack;
    }

    internal struct Space
    {
        public float* X, DX, Local, Kept;
    }

    internal struct Context
    {
        public nint T, Batch;
        public int Step;
        public int* Labels;
        public float* Pixels, Parts, Loss;
        public Layer* Layers;
        public TrainedParameter* Encoder, EncoderBias, Head, HeadBias;
        public Workspaces Spaces;
    }
}
