namespace SsmDsl.Cli.Running;

/// <summary>Tensors that must hold until a call has ended.</summary>
internal sealed class TensorPool : IDisposable
{
    private readonly List<DeviceTensor> tensors = [];

    public DeviceTensor Add(DeviceTensor tensor)
    {
        tensors.Add(tensor);
        return tensor;
    }

    public void Dispose() => tensors.ForEach(t => t.Dispose());
}
