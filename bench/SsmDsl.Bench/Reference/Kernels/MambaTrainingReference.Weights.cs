using System.Runtime.InteropServices;
using static SsmDsl.Bench.Reference.Bits512.Lanes;

namespace SsmDsl.Bench.Reference.Bits512;

/// <content>Weights as the products read them, and the optimizer.</content>
internal sealed unsafe partial class MambaTrainingReference
{
    private static void Pack(nint item, void* context)
    {
        Context* c = (Context*)context;
        if (item == Depth)
        {
            MatrixTile.PackAll(c->Table->Values, 1, D, D, Vocabulary, c->Head);
            MatrixTile.PackAll(c->Table->Values, D, 1, Vocabulary, D, c->HeadBack);
            return;
        }

        Layer* layer = c->Layers + item;
        MatrixTile.PackAll(layer->In->Values, 1, D, D, 2 * E, layer->InPanels);
        MatrixTile.PackAll(layer->In->Values, D, 1, 2 * E, D, layer->InBack);
        MatrixTile.PackAll(layer->Out->Values, 1, E, E, D, layer->OutPanels);
        MatrixTile.PackAll(layer->Out->Values, E, 1, D, E, layer->OutBack);
        MatrixTile.PackAll(layer->Project->Values, E, 1, Projected, E, layer->ProjectBack);
        MatrixTile.PackAll(layer->Delta->Values, 1, R, R, E, layer->DeltaPanels);

        // What is no multiple of a tile is filled up with zeros.
        float* wide = stackalloc float[P * E];
        NativeMemory.Clear(wide, P * E * sizeof(float));
        NativeMemory.Copy(layer->Project->Values, wide, Projected * E * sizeof(float));
        MatrixTile.PackAll(wide, 1, E, E, P, layer->ProjectPanels);
        NativeMemory.Clear(wide, P * E * sizeof(float));
        for (int e = 0; e < E; e++) NativeMemory.Copy(layer->Delta->Values + e * R, wide + e * P, R * sizeof(float));
        MatrixTile.PackAll(wide, P, 1, E, MatrixTile.Columns, layer->DeltaBack);

        for (int e = 0; e < E; e++)
        {
            for (int k = 0; k < Taps; k++) layer->TapRows[k * E + e] = layer->Taps->Values[e * Taps + k];
            for (int n = 0; n < N; n++) layer->A2[(e / W * N + n) * W + e % W] = -MathF.Exp(layer->ALog->Values[e * N + n]) * Log2E;
        }
    }

    /// <summary>Sums the sequences' gradients of a layer, or of the rest, and changes the parameters.</summary>
    private static void Update(nint item, void* context)
    {
        Context* c = (Context*)context;
        float* sum = c->Parts + item * Part.LayerSize;
        SumGroups(sum, item < Depth ? Part.LayerSize : Part.Size - Part.Table, c->Batch, Part.Size);
        if (item == Depth)
        {
            Change(c->Table, c->Parts + Part.Table, c->Step);
            Change(c->Norm, c->Parts + Part.LastNorm, c->Step);
            return;
        }

        Layer* layer = c->Layers + item;
        for (int e = 0; e < E; e++)
        {
            for (int k = 0; k < Taps; k++) layer->Taps->Gradient[e * Taps + k] = sum[Part.Taps + k * E + e];
            for (int r = 0; r < R; r++) layer->Delta->Gradient[e * R + r] = sum[Part.Delta + r * E + e];
            for (int n = 0; n < N; n++)
            {
                int at = (e / W * N + n) * W + e % W;
                layer->ALog->Gradient[e * N + n] = sum[Part.A + at] * layer->A2[at] * SelectiveScanReference.Ln2;
            }
        }

        layer->Taps->Update(c->Step);
        layer->Delta->Update(c->Step);
        layer->ALog->Update(c->Step);
        Change(layer->Norm, sum + Part.Norm, c->Step);
        Change(layer->In, sum + Part.In, c->Step);
        Change(layer->TapsBias, sum + Part.TapsBias, c->Step);
        Change(layer->Project, sum + Part.Project, c->Step);
        Change(layer->DeltaBias, sum + Part.DeltaBias, c->Step);
        Change(layer->Skip, sum + Part.Skip, c->Step);
        Change(layer->Out, sum + Part.Out, c->Step);
    }
}
