using SsmDsl.Tests.Shared;

namespace SsmDsl.Conformance.Tests.Library;

/// <summary>All reference values of the library on a GPU, where one is at hand.</summary>
[Collection(CudaGpu.Collection)]
public abstract class CudaDeviceTests(TargetDevice device) : DeviceTests(device)
{
    [CudaTheory]
    [MemberData(nameof(Cases))]
    public override void Values_agree(string name) => base.Values_agree(name);

    [CudaTheory]
    [MemberData(nameof(Cases))]
    public override void Gradients_agree(string name) => base.Gradients_agree(name);

    [CudaTheory]
    [MemberData(nameof(Cases))]
    public override void Chunks_agree(string name) => base.Chunks_agree(name);

    [CudaTheory]
    [MemberData(nameof(Cases))]
    public override void Steps_agree(string name) => base.Steps_agree(name);
}
