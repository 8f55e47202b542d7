using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Chunking;

/// <summary>
/// The equations of one recurrence S[t] = a[t]·S[t-1] + X[t]·B[t]ᵀ, Y[t] = S[t]·C[t] in chunks c of positions i (Dao and Gu,
/// arXiv:2405.21060, section 6): with L[i, j] = Π a over j+1 … i, Y = (L ∘ C·Bᵀ)·X + (Π a over 0 … i)·Z[c]·C, where
/// Z[c+1] = (Π a over chunk c)·Z[c] + Σ_j (Π a over j+1 …)·X[j]·B[j]ᵀ are the states before a chunk.
/// The last chunk is filled up with a = 1 and X = B = C = 0. Products of a are not taken apart by logarithms: a may be 0.
/// </summary>
internal sealed class ChunkEquations
{
    private const int Length = ChunkedProducts.ChunkLength;

    private readonly SharedDecay decay;
    private readonly ChunkAxes axes;
    private readonly ChunkValue a, fromStart, toEnd, within, x, b;
    private readonly ChunkValue first, last, states;
    private readonly ImmutableArray<Node> nodes;

    public ChunkEquations(SharedDecay decay, ImmutableArray<IndexVar> outer)
    {
        this.decay = decay;
        axes = new ChunkAxes(decay, outer);
        (IndexVar c, IndexVar i, IndexVar j) = (axes.Chunk, axes.Position, axes.Earlier);
        var made = ImmutableArray.CreateBuilder<Node>();

        Scalar coefficient = axes.At(decay.Coefficient, i, outside: 1);
        a = axes.Value("a", coefficient, [i]);
        made.Add(axes.Equation(a, coefficient, $"a of {decay.State.Name} by chunk"));

        fromStart = axes.Value("fromStart", coefficient, [i]);
        made.Add(axes.Recurrence(i, reversed: false, fromStart, Scalars.Select(
            IsFirst(i), a.Read(), Scalars.Multiply(a.Read(), fromStart.Read((i, Index.Of(i).Plus(-1))))), "Π a over 0 … i"));

        toEnd = axes.Value("toEnd", coefficient, [i]);
        Scalar next = Scalars.Multiply(a.Read((i, Index.Of(i).Plus(1))), toEnd.Read((i, Index.Of(i).Plus(1))));
        made.Add(axes.Recurrence(i, reversed: true, toEnd, Scalars.Select(IsLast(i), Scalars.Real(1), next), "Π a over i+1 …"));

        within = axes.Value("L", coefficient, [i, j]);
        Scalar longer = Scalars.Multiply(a.Read(), within.Read((i, Index.Of(i).Plus(-1))));
        made.Add(axes.Recurrence(i, reversed: false, within, Scalars.Select(
            Compare(ScalarOp.Equal, j, i), Scalars.Real(1), Scalars.Select(Compare(ScalarOp.Less, j, i), longer, Scalars.Real(0))), "L[i, j] = Π a over j+1 … i"));

        Scalar left = axes.At(Factors.Product(decay.Left), j, outside: 0), right = axes.At(Factors.Product(decay.Right), j, outside: 0);
        x = axes.Value("X", null, [j, .. decay.Columns]);
        b = axes.Value("B", right, [j, .. decay.Rows]);
        made.Add(axes.Equation(x, left, $"X of {decay.State.Name} by chunk"));
        made.Add(axes.Equation(b, right, $"B of {decay.State.Name} by chunk"));

        ChunkValue kept = axes.Value("kept", null, [j, .. decay.Columns]), given = axes.Value("given", null, [.. decay.Columns, .. decay.Rows]);
        made.Add(axes.Equation(kept, Scalars.Multiply(toEnd.Read((i, Index.Of(j))), x.Read()), "(Π a over j+1 …)·X[j]"));
        made.Add(axes.Sum(given, [j], Scalars.Multiply(kept.Read(), b.Read()), "Σ_j (Π a over j+1 …)·X[j]·B[j]ᵀ"));

        // The states before the first chunk and after the last one are tensors of their own, so that the others are a plain matrix for each chunk.
        (first, last, states) = (axes.Border("before"), axes.Border("after"), axes.Value("Z", null, [.. decay.Columns, .. decay.Rows]));
        Scalar start = decay.HasStart ? first.Read() : Scalars.Real(0), earlier = After(Index.Of(c).Plus(-1));
        made.Add(axes.Recurrence(c, reversed: false, states, Scalars.Select(IsFirst(c), start, earlier), "Z[c] = (Π a)·Z[c-1] + Σ_j (Π a over j+1 …)·X[j]·B[j]ᵀ"));
        Scalar any = Scalars.Compare(ScalarOp.Greater, Scalars.Of(Index.Of(c.Size)), Scalars.Int(0));
        made.Add(axes.Equation(last, Scalars.Select(any, After(Index.Of(c.Size - 1)), start), $"{decay.State.Name} after the last step"));
        nodes = made.ToImmutable();

        Scalar After(Index chunk) => Scalars.Add(
            Scalars.Multiply(fromStart.Read((i, Index.Of(Length - 1)), (c, chunk)), states.Read((c, chunk))), given.Read((c, chunk)));
    }

    /// <summary>What stands for the recurrence.</summary>
    public ImmutableArray<Node> States() => nodes;

    /// <summary>What stands for a read of the states.</summary>
    public ImmutableArray<Node> Read(Contraction contraction)
    {
        (IndexVar i, IndexVar j) = (axes.Position, axes.Earlier);
        string name = contraction.Equation.Target.Name;
        Scalar read = axes.At(Factors.Product(contraction.Factors), i, outside: 0);
        ChunkValue c = axes.Value("C", read, [i, .. decay.Rows]);
        Scalar product = Scalars.Multiply(c.Read(), b.Read());
        ChunkValue cb = axes.Value("CB", product, [i, j]);
        Scalar masked = Scalars.Multiply(within.Read(), cb.Read());
        ChunkValue m = axes.Value("M", masked, [i, j]);
        ChunkValue inside = axes.Value("inside", null, [i, .. decay.Columns]), carried = axes.Value("carried", null, [i, .. decay.Columns]);
        Scalar sum = Scalars.Add(inside.Read(), Scalars.Multiply(fromStart.Read(), carried.Read()));
        return
        [
            axes.Equation(c, read, $"C of {name} by chunk"),
            axes.Sum(cb, decay.Rows, product, "C·Bᵀ"),
            axes.Equation(m, masked, "M = L ∘ C·Bᵀ"),
            axes.Sum(inside, [j], Scalars.Multiply(m.Read(), x.Read()), "M·X"),
            axes.Sum(carried, decay.Rows, Scalars.Multiply(c.Read(), states.Read()), "Z[c]·C"),
            contraction.Equation with
            {
                Reduction = null,
                Body = Scalars.Multiply(contraction.Scale, axes.Back(contraction).Apply(sum)),
            },
        ];
    }

    /// <summary>An equation that gives the states before the first step, or reads those after the last.</summary>
    public Equation AtBorder(Equation equation)
    {
        int step = decay.StepAxis;
        Equation mapped = equation.MapParts(s => s is LoadScalar load && load.Tensor == decay.State
            ? load with { Tensor = last.Tensor, Indices = load.Indices.SetItem(step, load.Indices[step].Plus(1 - decay.Step.Size)) }
            : s);
        return mapped.Target != decay.State ? mapped
            : mapped with { Target = first.Tensor, Left = mapped.Left.SetItem(step, mapped.Left[step].Plus(1)) };
    }

    private static Scalar IsFirst(IndexVar i) => Scalars.Compare(ScalarOp.Equal, Scalars.Of(Index.Of(i)), Scalars.Int(0));

    private static Scalar IsLast(IndexVar i) => Scalars.Compare(ScalarOp.Equal, Scalars.Of(Index.Of(i)), Scalars.Int(Length - 1));

    private static Scalar Compare(ScalarOp op, IndexVar a, IndexVar b) => Scalars.Compare(op, Scalars.Of(Index.Of(a)), Scalars.Of(Index.Of(b)));
}
