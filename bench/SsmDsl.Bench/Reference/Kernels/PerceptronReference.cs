using System.Runtime.InteropServices;
using SsmDsl.Bench.Cases;
using SsmDsl.Cli.Benchmarking;
using static SsmDsl.Bench.Reference.Bits512.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace SsmDsl.Bench.Reference.Bits512;

/// <summary>
/// y = W₂ gelu(W₁ x + b₁) + b₂ by blocks of rows, whose hidden values stay in the second cache; gradients of weights as outer
/// products, summed for each of a fixed number of groups of blocks.
/// </summary>
internal sealed unsafe class PerceptronReference : ReferenceKernel<PerceptronReference.Context>
{
    private const int Groups = 8;
    private readonly float* dW1;
    private readonly float* dB1;
    private readonly float* dW2;
    private readonly float* dB2;

    public PerceptronReference(ModelCase model)
        : base(model)
    {
        NativeTensor w1 = model.Parameter("mlp.fc1.weight");
        nint hidden = w1.Shape[0], d = w1.Shape[1], rows = Batch * Length, block = hidden > 512 ? 64 : 128;
        *C = new Context
        {
            D = d,
            Hidden = hidden,
            Rows = rows,
            Block = block,
            X = Input("x"),
            W1 = w1.Floats,
            B1 = Parameter("mlp.fc1.bias"),
            W2 = Parameter("mlp.fc2.weight"),
            B2 = Parameter("mlp.fc2.bias"),
            Seed = model.Seed("y").Floats,
            Up = Scratch(hidden * d),
            Down = Scratch(hidden * d),
            UpBack = Scratch(hidden * d),
            DownBack = Scratch(hidden * d),
            Local = Scratch(Groups * (3 * block * hidden + 1024)),
            Parts = Scratch(Groups * PartSize(d, hidden)),
            Y = Result("y", Batch, Length, d),
            DX = Result("grad.x", Batch, Length, d),
        };
        dW1 = Result("grad.mlp.fc1.weight", hidden, d);
        dB1 = Result("grad.mlp.fc1.bias", hidden);
        dW2 = Result("grad.mlp.fc2.weight", d, hidden);
        dB2 = Result("grad.mlp.fc2.bias", d);
    }

    public override void Forward()
    {
        For((C->Hidden + C->D) / MatrixTile.Columns, &PackForward);
        For(Groups, &ForwardGroup);
    }

    public override void ForwardBackward()
    {
        For((C->Hidden + C->D) / MatrixTile.Columns, &PackForward);
        For((C->Hidden + C->D) / MatrixTile.Columns, &PackBackward);
        For(Groups, &Group);
        nint size = C->Hidden * C->D;
        Sum(0, size, dW1);
        Sum(size, size, dW2);
        Sum(2 * size, C->Hidden, dB1);
        Sum(2 * size + C->Hidden, C->D, dB2);
    }

    private static nint PartSize(nint d, nint hidden) => 2 * d * hidden + d + hidden + 80;

    private void Sum(nint at, nint count, float* to)
    {
        nint part = PartSize(C->D, C->Hidden);
        for (nint i = 0; i < count; i += W)
        {
            V sum = Load(C->Parts + at + i);
            for (nint g = 1; g < Groups; g++) sum += Load(C->Parts + g * part + at + i);
            Store(sum, to + i);
        }
    }

    private static void PackForward(nint item, void* context)
    {
        Context* c = (Context*)context;
        nint up = c->Hidden / MatrixTile.Columns;
        if (item < up) MatrixTile.Pack(c->W1, 1, c->D, c->D, item, c->Up);
        else MatrixTile.Pack(c->W2, 1, c->Hidden, c->Hidden, item - up, c->Down);
    }

    private static void PackBackward(nint item, void* context)
    {
        Context* c = (Context*)context;
        nint up = c->Hidden / MatrixTile.Columns;
        if (item < up) MatrixTile.Pack(c->W2, c->Hidden, 1, c->D, item, c->DownBack);
        else MatrixTile.Pack(c->W1, c->D, 1, c->Hidden, item - up, c->UpBack);
    }

    private static void ForwardGroup(nint group, void* context)
    {
        Context* c = (Context*)context;
        nint size = c->Block * c->Hidden, blocks = c->Rows / c->Block;
        float* hidden = c->Local + group * (3 * size + 1024);
        for (nint b = group * blocks / Groups; b < (group + 1) * blocks / Groups; b++)
        {
            nint at = b * c->Block * c->D;
            MatrixTile.Multiply(c->X + at, c->D, c->Up, hidden, c->Hidden, c->Block, c->B1);
            GeluRows.Run(hidden, hidden, size);
            MatrixTile.Multiply(hidden, c->Hidden, c->Down, c->Y + at, c->D, c->Block, c->B2);
        }
    }

    private static void Group(nint group, void* context)
    {
        Context* c = (Context*)context;
        nint d = c->D, hidden = c->Hidden, block = c->Block, size = block * hidden;
        float* before = c->Local + group * (3 * size + 1024), after = before + size + 336, back = after + size + 336;
        float* part = c->Parts + group * PartSize(d, hidden), dW2 = part + hidden * d, dB1 = dW2 + hidden * d, dB2 = dB1 + hidden;
        NativeMemory.Clear(part, (nuint)(PartSize(d, hidden) * sizeof(float)));
        nint blocks = c->Rows / block;
        for (nint b = group * blocks / Groups; b < (group + 1) * blocks / Groups; b++)
        {
            float* x = c->X + b * block * d, seed = c->Seed + b * block * d;
            MatrixTile.Multiply(x, d, c->Up, before, hidden, block, c->B1);
            GeluRows.Run(before, after, size);
            MatrixTile.Multiply(after, hidden, c->Down, c->Y + b * block * d, d, block, c->B2);
            MatrixTile.Multiply(seed, d, c->DownBack, back, hidden, block, null);
            GeluRows.Back(before, back, size);
            MatrixTile.Multiply(back, hidden, c->UpBack, c->DX + b * block * d, d, block, null);
            MatrixTile.AddOuter(back, hidden, x, d, part, block);
            MatrixTile.AddOuter(seed, d, after, hidden, dW2, block);
            ColumnSums.Add(back, hidden, block, dB1);
            ColumnSums.Add(seed, d, block, dB2);
        }
    }

    internal struct Context
    {
        public nint D, Hidden, Rows, Block;
        public float* X, W1, B1, W2, B2, Seed, Up, Down, UpBack, DownBack, Local, Parts, Y, DX;
    }
}
