using SsmDsl.Bench.Cases;

namespace SsmDsl.Bench.Reference.Bits512;

/// <summary>
/// h = W·h₋ + x with a 16×16 matrix for each head: the matrix in registers if there are as many, four sequences side by side; its gradient by a
/// second pass of outer products.
/// </summary>
internal sealed unsafe partial class HeadReference : ReferenceKernel<HeadReference.Context>
{
    private const int P = 16, Group = 4;
    private readonly float* dW;

    public HeadReference(ModelCase model)
        : base(model)
    {
        nint heads = model.Input("x").Shape[2], groups = Batch / Group;
        *C = new Context
        {
            T = Length,
            Heads = heads,
            W = Parameter("W"),
            Transposed = Scratch(heads * P * P),
            X = Input("x"),
            Seed = model.Seed("h").Floats,
            H = Result("h", Batch, Length, heads, P),
            DX = Result("grad.x", Batch, Length, heads, P),
            Parts = Scratch(groups * heads * P * P),
        };
        dW = Result("grad.W", heads, P, P);
    }

    private nint Items => Batch / Group * C->Heads;

    public override void Forward()
    {
        Transpose();
        For(Items, &Forward);
    }

    public override void ForwardBackward()
    {
        Transpose();
        For(Items, &Both);
        nint matrices = C->Heads * P * P;
        for (nint i = 0; i < matrices; i++)
        {
            float sum = 0;
            for (nint group = 0; group < Batch / Group; group++) sum += C->Parts[group * matrices + i];
            dW[i] = sum;
        }
    }

    private static void Forward(nint item, void* context)
    {
        Context* c = (Context*)context;
        nint head = item % c->Heads, row = c->Heads * P, first = item / c->Heads * Group * c->T * row + head * P;
        Run(c->Transposed + head * P * P, c->X + first, c->H + first, c->T, row);
    }

    private static void Both(nint item, void* context)
    {
        Forward(item, context);
        Context* c = (Context*)context;
        nint head = item % c->Heads, row = c->Heads * P, first = item / c->Heads * Group * c->T * row + head * P, last = first + (c->T - 1) * row;
        Run(c->W + head * P * P, c->Seed + last, c->DX + last, c->T, -row);
        Outer(c, first, row, c->Parts + item * P * P);
    }

    private void Transpose()
    {
        for (nint head = 0; head < C->Heads; head++)
        {
            float* from = C->W + head * P * P, to = C->Transposed + head * P * P;
            for (int i = 0; i < P; i++)
            {
                for (int j = 0; j < P; j++) to[j * P + i] = from[i * P + j];
            }
        }
    }

    internal struct Context
    {
        public nint T, Heads;
        public float* W, Transposed, X, Seed, H, DX, Parts;
    }
}
