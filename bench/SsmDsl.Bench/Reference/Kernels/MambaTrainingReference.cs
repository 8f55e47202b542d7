using System.Runtime.InteropServices;
using SsmDsl.Bench.Cases;

namespace SsmDsl.Bench.Reference.Bits512;

/// <summary>
/// A training step of the Mamba language model with three joins: weights are packed; each thread takes a sequence forward and backward
/// through all layers; gradients of the sequences are summed where the optimizer needs them.
/// </summary>
internal sealed unsafe partial class MambaTrainingReference : TrainingReference<MambaTrainingReference.Context>
{
    private const int D = 128, E = 256, N = 16, R = 8, Taps = 4, Depth = 2, Vocabulary = 256, Chunk = SelectiveScanReference.Chunk;

    /// <summary>What is projected of x: rank, B, C; and from row to row of it, a multiple of all tiles.</summary>
    private const int Projected = R + 2 * N, P = 64;

    public MambaTrainingReference(ModelCase model)
        : base(model)
    {
        *C = new Context
        {
            T = Length,
            Batch = Batch,
            Tokens = (int*)Model.Input("tokens").Data,
            Next = (int*)Model.Target("next").Data,
            Layers = (Layer*)Scratch(Depth * (nint)sizeof(Layer) / sizeof(float)),
            Table = Trained("embeddings.weight"),
            Norm = Trained("norm_f.weight"),
            Head = Scratch(Vocabulary * D),
            HeadBack = Scratch(Vocabulary * D),
            Parts = Scratch(Batch * Part.Size),
            Loss = Scratch(Batch),
            Spaces = Spaces<Space>(() => NewSpace(Length)),
        };
        for (int i = 0; i < Depth; i++) C->Layers[i] = NewLayer($"layers.{i}.");
    }

    public override void Train()
    {
        C->Step = ++Step;
        For(Depth + 1, &Pack);
        For(Batch, &Sequence);
        For(Depth + 1, &Update);
    }

    private Layer NewLayer(string path) => new()
    {
        Norm = Trained(path + "rms_norm.weight"),
        In = Trained(path + "mamba.in_proj.weight"),
        Taps = Trained(path + "mamba.conv1d.weight"),
        TapsBias = Trained(path + "mamba.conv1d.bias"),
        Project = Trained(path + "mamba.x_proj.weight"),
        Delta = Trained(path + "mamba.dt_proj.weight"),
        DeltaBias = Trained(path + "mamba.dt_proj.bias"),
        ALog = Trained(path + "mamba.A_log"),
        Skip = Trained(path + "mamba.D"),
        Out = Trained(path + "mamba.out_proj.weight"),
        InPanels = Scratch(2 * E * D),
        InBack = Scratch(2 * E * D),
        TapRows = Scratch(Taps * E),
        ProjectPanels = Scratch(P * E),
        ProjectBack = Scratch(P * E),
        DeltaPanels = Scratch(R * E),
        DeltaBack = Scratch(P * E),
        A2 = Scratch(E * N),
        OutPanels = Scratch(E * D),
        OutBack = Scratch(E * D),
    };

    private Space NewSpace(nint t)
    {
        var space = new Space
        {
            X = Scratch((Depth + 1) * t * D),
            DX = Scratch(t * D),
            Normed = Scratch(t * D),
            DNormed = Scratch(t * D),
            Gated = Scratch(t * E),
            DS = Scratch(t * E),
            DX1 = Scratch((t + Taps) * E),
            DDelta = Scratch(t * E),
            DXz = Scratch(t * 2 * E),
            DProjected = Scratch(t * P),
            PartB = Scratch(t * N),
            PartC = Scratch(t * N),
            Carry = Scratch(E * N),
            DA = Scratch(E * N),
            DSkip = Scratch(E),
            Logits = Scratch(t * Vocabulary),
            Inverse = Scratch(t),
            Kept = (Kept*)Scratch(Depth * (nint)sizeof(Kept) / sizeof(float)),
        };
        for (int i = 0; i < Depth; i++)
        {
            space.Kept[i] = new Kept
            {
                Inverse = Scratch(t),
                Xz = Scratch((t + Taps) * 2 * E) + (Taps - 1) * 2 * E,
                Before = Scratch(t * E),
                X = Scratch(t * E),
                Projected = Scratch(t * P),
                Delta = Scratch(t * E),
                S = Scratch(t * E),
                States = Scratch(E * N * ((t + Chunk - 1) / Chunk)),
            };
        }

        return space;
    }

    private static void Sequence(nint sequence, void* context)
    {
        Context* c = (Context*)context;
        float* part = c->Parts + sequence * Part.Size;
        NativeMemory.Clear(part, Part.Size * sizeof(float));
        int taken = c->Spaces.Take();
        Space* space = (Space*)c->Spaces.At(taken);
        int* tokens = c->Tokens + sequence * c->T;
        Embed(c, tokens, space->X);
        for (int i = 0; i < Depth; i++) Forward(c, space, i);
        Predict(c, space, sequence, part);
        for (int i = Depth - 1; i >= 0; i--) Backward(c, space, i, part + i * Part.LayerSize);
        EmbedBack(c, tokens, space->DX, part + Part.Table);
        c->Spaces.Leave(taken);
    }

    /// <summary>Where gradients lie in a sequence's block: two layers, then the rest.</summary>
    private static class Part
    {
        public const int In = 0, Taps = In + 2 * E * D, TapsBias = Taps + 4 * E, Project = TapsBias + E, Delta = Project + Projected * E, DeltaBias = Delta + R * E;
        public const int A = DeltaBias + E, Skip = A + E * N, Out = Skip + E, Norm = Out + D * E, LayerSize = Norm + D;
        public const int Table = Depth * LayerSize, LastNorm = Table + Vocabulary * D, Size = LastNorm + D + 80;
    }

    internal struct Layer
    {
        public TrainedParameter* Norm, In, Taps, TapsBias, Project, Delta, DeltaBias, ALog, Skip, Out;
        public float* InPanels, InBack, TapRows, ProjectPanels, ProjectBack, DeltaPanels, DeltaBack, A2, OutPanels, OutBack;
    }

    /// <summary>What is kept of a layer for the way back.</summary>
    internal struct Kept
    {
        public float* Inverse, Xz, Before, X, Projected, Delta, S, States;
    }

    internal struct Space
    {
        public float* X, DX, Normed, DNormed, Gated, DS, DX1, DDelta, DXz, DProjected, PartB, PartC, Carry, DA, DSkip, Logits, Inverse;
        public Kept* Kept;
    }

    internal struct Context
    {
        public nint T, Batch;
        public int Step;
        public int* Tokens, Next;
        public Layer* Layers;
        public TrainedParameter* Table, Norm;
        public float* Head, HeadBack, Parts, Loss;
        public Workspaces Spaces;
    }
}
