namespace SsmDsl.Bench.Reference.Bits512;

/// <content>Weights as the products read them, and the optimizer.</content>
internal sealed unsafe partial class DigitsTrainingReference
{
    /// <summary>conj λ, and the panels of a layer: (exp(γ)·B_re, -exp(γ)·B_im), (C_re, C_im) and the linear map, each for both directions.</summary>
    private static void Pack(nint item, void* context)
    {
        Layer* layer = ((Context*)context)->Layers + item;
        float* states = stackalloc float[2 * N * D], outputs = stackalloc float[D * 2 * N];
        for (int n = 0; n < N; n++)
        {
            float size = MathF.Exp(-MathF.Exp(layer->Nu->Values[n])), phase = MathF.Exp(layer->Theta->Values[n]), factor = MathF.Exp(layer->Gamma->Values[n]);
            layer->Lambda[n] = size * MathF.Cos(phase);
            layer->Lambda[N + n] = -size * MathF.Sin(phase);
            for (int d = 0; d < D; d++)
            {
                states[n * D + d] = factor * layer->BRe->Values[n * D + d];
                states[(N + n) * D + d] = -factor * layer->BIm->Values[n * D + d];
                outputs[d * 2 * N + n] = layer->CRe->Values[d * N + n];
                outputs[d * 2 * N + N + n] = layer->CIm->Values[d * N + n];
            }
        }

        MatrixTile.PackAll(states, 1, D, D, Wide, layer->In);
        MatrixTile.PackAll(states, D, 1, Wide, D, layer->InBack);
        MatrixTile.PackAll(outputs, 1, Wide, Wide, D, layer->Out);
        MatrixTile.PackAll(outputs, Wide, 1, D, Wide, layer->OutBack);
        MatrixTile.PackAll(layer->Linear->Values, 1, D, D, Wide, layer->LinearIn);
        MatrixTile.PackAll(layer->Linear->Values, D, 1, Wide, D, layer->LinearBack);
    }

    /// <summary>Sums the groups' gradients of a layer, or of the rest, and changes the parameters.</summary>
    private static void Update(nint item, void* context)
    {
        Context* c = (Context*)context;
        float* sum = c->Parts + item * Part.LayerSize;
        SumGroups(sum, item < Depth ? Part.LayerSize : Part.Size - Part.Encoder, Groups, Part.Size);
        if (item < Depth)
        {
            UpdateLayer(c->Layers + item, sum, c->Step);
            return;
        }

        Change(c->Encoder, c->Parts + Part.Encoder, c->Step);
        Change(c->EncoderBias, c->Parts + Part.EncoderBias, c->Step);
        Change(c->Head, c->Parts + Part.Head, c->Step);
        Change(c->HeadBias, c->Parts + Part.HeadBias, c->Step);
    }

    private static void UpdateLayer(Layer* layer, float* sum, int step)
    {
        for (int n = 0; n < N; n++)
        {
            // B = exp(γ)·(B_re + i·B_im); ∂λ/∂nu = -exp(nu)·λ, ∂λ/∂theta = i·exp(theta)·λ; the sums are those of conjugates.
            float factor = MathF.Exp(layer->Gamma->Values[n]), gamma = 0;
            for (int d = 0; d < D; d++)
            {
                int at = n * D + d, row = d * N + n;
                layer->BRe->Gradient[at] = factor * sum[Part.In + at];
                layer->BIm->Gradient[at] = -factor * sum[Part.In + N * D + at];
                layer->CRe->Gradient[row] = sum[Part.Out + d * Wide + n];
                layer->CIm->Gradient[row] = sum[Part.Out + d * Wide + N + n];
                gamma += layer->BRe->Gradient[at] * layer->BRe->Values[at] + layer->BIm->Gradient[at] * layer->BIm->Values[at];
            }

            (float lr, float li, float re, float im) = (layer->Lambda[n], layer->Lambda[N + n], sum[Part.Lambda + n], sum[Part.Lambda + N + n]);
            layer->Gamma->Gradient[n] = gamma;
            layer->Nu->Gradient[n] = -MathF.Exp(layer->Nu->Values[n]) * (re * lr + im * li);
            layer->Theta->Gradient[n] = MathF.Exp(layer->Theta->Values[n]) * (re * li - im * lr);
        }

        foreach (nint changed in (ReadOnlySpan<nint>)[(nint)layer->Gamma, (nint)layer->Nu, (nint)layer->Theta, (nint)layer->BRe, (nint)layer->BIm, (nint)layer->CRe, (nint)layer->CIm])
        {
            ((TrainedParameter*)changed)->Update(step);
        }

        Change(layer->Norm, sum + Part.Norm, step);
        Change(layer->NormBias, sum + Part.NormBias, step);
        Change(layer->Skip, sum + Part.Skip, step);
        Change(layer->Linear, sum + Part.Linear, step);
        Change(layer->LinearBias, sum + Part.LinearBias, step);
    }
}
