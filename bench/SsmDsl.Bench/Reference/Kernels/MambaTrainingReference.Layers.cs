using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static SsmDsl.Bench.Reference.Bits512.Lanes;

namespace SsmDsl.Bench.Reference.Bits512;

/// <content>One sequence through a layer, forward and backward.</content>
internal sealed unsafe partial class MambaTrainingReference
{
    private static void Forward(Context* c, Space* space, int index)
    {
        Layer* layer = c->Layers + index;
        Kept* kept = space->Kept + index;
        nint t = c->T;
        float* x = space->X + index * t * D, next = x + t * D;
        NativeMemory.Copy(x, next, (nuint)(t * D * sizeof(float)));
        RmsNormRows.Run(x, layer->Norm->Values, kept->Inverse, space->Normed, D, t);
        MatrixTile.Multiply(space->Normed, D, D, layer->InPanels, kept->Xz, 2 * E, 2 * E, t, null);
        ConvolutionRows.Run(kept->Xz, 2 * E, layer->TapRows, layer->TapsBias->Values, kept->Before, kept->X, E, t);
        MatrixTile.Multiply(kept->X, E, E, layer->ProjectPanels, kept->Projected, P, P, t, null);
        MatrixTile.Multiply(kept->Projected, P, R, layer->DeltaPanels, kept->Delta, E, E, t, layer->DeltaBias->Values);
        GatedRows.RunSoftplus(kept->Delta, t * E);
        SelectiveScanReference.Context scan = Scan(c, space, index);
        for (nint block = 0; block < E / W; block++) SelectiveScanReference.Forward(&scan, block, keep: true);
        GatedRows.Run(kept->S, kept->Xz + E, 2 * E, space->Gated, E, t);
        MatrixTile.Multiply(space->Gated, E, E, layer->OutPanels, next, D, D, t, null, add: true);
    }

    private static void Backward(Context* c, Space* space, int index, float* part)
    {
        Layer* layer = c->Layers + index;
        Kept* kept = space->Kept + index;
        nint t = c->T;
        float* x = space->X + index * t * D;
        GatedRows.Run(kept->S, kept->Xz + E, 2 * E, space->Gated, E, t);
        MatrixTile.AddOuter(space->DX, D, space->Gated, E, part + Part.Out, t);
        MatrixTile.Multiply(space->DX, D, D, layer->OutBack, space->DS, E, E, t, null);
        GatedRows.Back(kept->S, kept->Xz + E, 2 * E, space->DS, space->DXz + E, E, t);

        SelectiveScanReference.Context scan = Scan(c, space, index);
        SelectiveScanReference.Backward(0, &scan);
        ColumnSums.Add(space->DA, E * N, 1, part + Part.A);
        ColumnSums.Add(space->DSkip, E, 1, part + Part.Skip);
        GatedRows.BackSoftplus(kept->Delta, space->DDelta, t * E);
        ColumnSums.Add(space->DDelta, E, t, part + Part.DeltaBias);
        MatrixTile.AddOuter(kept->Projected, P, R, space->DDelta, E, E, part + Part.Delta, t);

        MatrixTile.Multiply(space->DDelta, E, E, layer->DeltaBack, space->DProjected, P, MatrixTile.Columns, t, null);
        Join(space, t);
        MatrixTile.AddOuter(space->DProjected, P, Projected, kept->X, E, E, part + Part.Project, t);
        MatrixTile.Multiply(space->DProjected, P, Projected, layer->ProjectBack, space->DX1, E, E, t, null, add: true);
        ConvolutionRows.BackSilu(kept->Before, space->DX1, t * E);
        ConvolutionRows.Back(kept->Xz, space->DX1, 2 * E, layer->TapRows, space->DXz, part + Part.Taps, part + Part.TapsBias, E, t);

        RmsNormRows.Run(x, layer->Norm->Values, kept->Inverse, space->Normed, D, t);
        MatrixTile.AddOuter(space->DXz, 2 * E, space->Normed, D, part + Part.In, t);
        MatrixTile.Multiply(space->DXz, 2 * E, 2 * E, layer->InBack, space->DNormed, D, D, t, null);
        RmsNormRows.Back(space->DNormed, x, layer->Norm->Values, kept->Inverse, space->DX, part + Part.Norm, D, t, add: true);
    }

    private static SelectiveScanReference.Context Scan(Context* c, Space* space, int index) => new()
    {
        T = c->T,
        D = E,
        Batch = 1,
        Chunks = (c->T + Chunk - 1) / Chunk,
        Slices = 1,
        Row = P,
        X = space->Kept[index].X,
        Delta = space->Kept[index].Delta,
        B = space->Kept[index].Projected + R,
        C = space->Kept[index].Projected + R + N,
        Skip = c->Layers[index].Skip->Values,
        Seed = space->DS,
        A2 = c->Layers[index].A2,
        Kept = space->Kept[index].States,
        Y = space->Kept[index].S,
        DX = space->DX1,
        DDelta = space->DDelta,
        PartB = space->PartB,
        PartC = space->PartC,
        DA = space->DA,
        DSkip = space->DSkip,
        Carry = space->Carry,
    };

    /// <summary>Gradients of B and C beside those of the rank.</summary>
    private static void Join(Space* space, nint steps)
    {
        for (nint t = 0; t < steps; t++)
        {
            NativeMemory.Copy(space->PartB + t * N, space->DProjected + t * P + R, N * sizeof(float));
            NativeMemory.Copy(space->PartC + t * N, space->DProjected + t * P + R + N, N * sizeof(float));
        }
    }

    /// <summary>Logits, loss and all that comes back to the last layer.</summary>
    private static void Predict(Context* c, Space* space, nint sequence, float* part)
    {
        float* x = space->X + Depth * c->T * D;
        RmsNormRows.Run(x, c->Norm->Values, space->Inverse, space->Normed, D, c->T);
        MatrixTile.Multiply(space->Normed, D, D, c->Head, space->Logits, Vocabulary, Vocabulary, c->T, null);
        c->Loss[sequence] = CrossEntropyRows.Run(space->Logits, c->Next + sequence * c->T, 1f / (c->Batch * c->T), Vocabulary, c->T);
        MatrixTile.AddOuter(space->Logits, Vocabulary, space->Normed, D, part + Part.Table, c->T);
        MatrixTile.Multiply(space->Logits, Vocabulary, Vocabulary, c->HeadBack, space->DNormed, D, D, c->T, null);
        RmsNormRows.Back(space->DNormed, x, c->Norm->Values, space->Inverse, space->DX, part + Part.LastNorm, D, c->T, add: false);
    }

    private static void Embed(Context* c, int* tokens, float* x)
    {
        for (nint t = 0; t < c->T; t++) NativeMemory.Copy(c->Table->Values + tokens[t] * D, x + t * D, D * sizeof(float));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EmbedBack(Context* c, int* tokens, float* dx, float* table)
    {
        for (nint t = 0; t < c->T; t++) ColumnSums.Add(dx + t * D, D, 1, table + tokens[t] * D);
    }
}
