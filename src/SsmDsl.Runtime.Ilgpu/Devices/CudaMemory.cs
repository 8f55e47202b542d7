using ILGPU.Runtime.Cuda;
using SsmDsl.Devices;

namespace SsmDsl.Ilgpu.Devices;

/// <summary>Memory of a CUDA device. All copies go through the stream of the kernels, so that they are in order with them.</summary>
internal sealed unsafe class CudaMemory(CudaAccelerator accelerator, CudaStream stream, string name) : DeviceMemory, IDisposable
{
    private volatile bool disposed;

    public override bool IsHost => false;

    private static CudaAPI Driver => CudaAPI.CurrentAPI;

    public override void* Allocate(nint bytes)
    {
        Bind();
        CudaError error = Driver.AllocateMemory(out nint pointer, Math.Max(bytes, 1));
        if (error == CudaError.CUDA_ERROR_OUT_OF_MEMORY)
        {
            // States are freed when they are collected, and the collector knows little of this memory.
            GC.Collect();
            GC.WaitForPendingFinalizers();
            error = Driver.AllocateMemory(out pointer, Math.Max(bytes, 1));
        }

        if (error == CudaError.CUDA_ERROR_OUT_OF_MEMORY)
        {
            throw new DeviceException(name, $"is out of memory: {bytes} bytes were asked for, {accelerator.GetFreeMemory()} of {accelerator.MemorySize} are free. Use a smaller batch or shorter sequences");
        }

        Check(error);
        return (void*)pointer;
    }

    /// <summary>Waits for the kernels that may still use it.</summary>
    public override void Free(void* pointer)
    {
        if (pointer == null || disposed) return;
        Bind();

        // Finalizers come here, where nobody could catch: a device that has failed says so at its next use.
        Driver.FreeMemory((nint)pointer);
    }

    public override void CopyIn(void* device, void* host, nint bytes) => Copy(device, host, bytes);

    public override void CopyOut(void* host, void* device, nint bytes)
    {
        Copy(host, device, bytes);
        Synchronize();
    }

    public override void CopyWithin(void* to, void* from, nint bytes) => Copy(to, from, bytes);

    public override void Clear(void* pointer, nint bytes)
    {
        if (bytes == 0) return;
        Bind();
        Check(Driver.Memset((nint)pointer, 0, bytes, stream));
    }

    public override void Synchronize()
    {
        Bind();
        Check(Driver.SynchronizeStream(stream.StreamPtr));
    }

    public void Dispose() => disposed = true;

    private void Copy(void* to, void* from, nint bytes)
    {
        if (bytes == 0) return;
        Bind();
        Check(Driver.MemcpyAsync((nint)to, (nint)from, bytes, stream));
    }

    private void Bind()
    {
        ObjectDisposedException.ThrowIf(disposed, name);
        accelerator.Bind();
    }

    private void Check(CudaError error)
    {
        if (error != CudaError.CUDA_SUCCESS) throw new DeviceException(name, $"failed: {Driver.GetErrorString(error)}", new CudaException(error));
    }
}
