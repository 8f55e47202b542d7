using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static SsmDsl.Bench.Reference.Bits512.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace SsmDsl.Bench.Reference.Bits512;

/// <content>One sequence forward and backward. States are kept conjugate, so that y is their product with (C_re, C_im).</content>
internal sealed unsafe partial class DigitsTrainingReference
{
    private static void Forward(Context* c, Space* space, nint sequence)
    {
        Encode(c, c->Pixels + sequence * c->T, space->X);
        float* normed = space->Local + Rows * Local.Normed, drive = space->Local + Rows * Local.First, active = space->Local + Rows * Local.Second;
        for (int i = 0; i < Depth; i++)
        {
            Layer* layer = c->Layers + i;
            float* kept = space->Kept + i * Kept.Size(c->T), h = kept + Kept.States, ys = kept + Kept.Y(c->T), zs = kept + Kept.Z(c->T);
            float* hats = kept + Kept.Hat(c->T), inverses = kept + Kept.Inverse(c->T);
            NativeMemory.Clear(kept, 2 * N * sizeof(float));
            for (nint t = 0; t < c->T; t += Rows)
            {
                nint rows = Math.Min(Rows, c->T - t);
                float* x = space->X + t * D, y = ys + t * D, z = zs + t * Wide;
                LayerNormRows.Run(x, layer->Norm->Values, layer->NormBias->Values, hats + t * D, inverses + t, normed, D, rows);
                MatrixTile.Multiply(normed, D, layer->In, drive, Wide, rows, null);
                ComplexScanRows.Run(drive, h + t * Wide, layer->Lambda, N, rows);
                MatrixTile.Multiply(h + t * Wide, Wide, layer->Out, y, D, rows, null);
                AddScaled(normed, layer->Skip->Values, y, rows);
                GeluRows.Run(y, active, rows * D);
                MatrixTile.Multiply(active, D, layer->LinearIn, z, Wide, rows, layer->LinearBias->Values);
                GluRows.Add(z, x, D, rows);
            }
        }
    }

    private static void Backward(Context* c, Space* space, nint sequence, float* part)
    {
        float* normed = space->Local + Rows * Local.Normed, wide = space->Local + Rows * Local.First, active = space->Local + Rows * Local.Second, back = active + Rows * D;
        float* carry = stackalloc float[2 * N];
        for (int i = Depth - 1; i >= 0; i--)
        {
            Layer* layer = c->Layers + i;
            float* kept = space->Kept + i * Kept.Size(c->T), h = kept + Kept.States, ys = kept + Kept.Y(c->T), zs = kept + Kept.Z(c->T);
            float* hats = kept + Kept.Hat(c->T), inverses = kept + Kept.Inverse(c->T), sums = part + i * Part.LayerSize;
            NativeMemory.Clear(carry, 2 * N * sizeof(float));
            for (nint t = (c->T - 1) / Rows * Rows; t >= 0; t -= Rows)
            {
                nint rows = Math.Min(Rows, c->T - t);
                float* dx = space->DX + t * D, y = ys + t * D, hat = hats + t * D;
                GeluRows.Run(y, active, rows * D);
                GluRows.Back(zs + t * Wide, dx, wide, D, rows);
                MatrixTile.AddOuter(wide, Wide, active, D, sums + Part.Linear, rows);
                ColumnSums.Add(wide, Wide, rows, sums + Part.LinearBias);
                MatrixTile.Multiply(wide, Wide, layer->LinearBack, back, D, rows, null);
                GeluRows.Back(y, back, rows * D);

                LayerNormRows.Again(hat, layer->Norm->Values, layer->NormBias->Values, normed, D, rows);
                MatrixTile.AddOuter(back, D, h + t * Wide, Wide, sums + Part.Out, rows);
                ColumnSums.AddProduct(back, normed, D, rows, sums + Part.Skip);
                MatrixTile.Multiply(back, D, layer->OutBack, wide, Wide, rows, null);
                ComplexScanRows.Back(wide, h + t * Wide, layer->Lambda, carry, sums + Part.Lambda, N, rows);

                MatrixTile.AddOuter(wide, Wide, normed, D, sums + Part.In, rows);
                MatrixTile.Multiply(wide, Wide, layer->InBack, active, D, rows, null);
                AddScaled(back, layer->Skip->Values, active, rows);
                ColumnSums.AddProduct(active, hat, D, rows, sums + Part.Norm);
                ColumnSums.Add(active, D, rows, sums + Part.NormBias);
                LayerNormRows.Back(active, hat, inverses + t, layer->Norm->Values, dx, D, rows);
            }
        }

        EncodeBack(space->DX, c->Pixels + sequence * c->T, c->T, part);
    }

    /// <summary>x = pixel·weight + bias.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Encode(Context* c, float* pixels, float* x)
    {
        for (nint t = 0; t < c->T; t++, x += D)
        {
            for (nint d = 0; d < D; d += W) Store(Fma(All(pixels + t), Load(c->Encoder->Values + d), Load(c->EncoderBias->Values + d)), x + d);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EncodeBack(float* dx, float* pixels, nint steps, float* part)
    {
        ColumnSums.Add(dx, D, steps, part + Part.EncoderBias);
        for (nint d = 0; d < D; d += W)
        {
            V sum = Load(part + Part.Encoder + d);
            for (nint t = 0; t < steps; t++) sum = Fma(All(pixels + t), Load(dx + t * D + d), sum);
            Store(sum, part + Part.Encoder + d);
        }
    }

    /// <summary>to += a·scale, the scale one for each column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddScaled(float* a, float* scale, float* to, nint rows)
    {
        for (nint d = 0; d < D; d += W)
        {
            V factor = Load(scale + d);
            for (nint i = d; i < rows * D; i += D) Store(Fma(factor, Load(a + i), Load(to + i)), to + i);
        }
    }
}
