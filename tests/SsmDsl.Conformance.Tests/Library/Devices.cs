using SsmDsl.Tests.Shared;

namespace SsmDsl.Conformance.Tests.Library;

// A new device is a new line here: it gets all tests of the library and a column group of the table.

public sealed class CpuDouble() : StartingDeviceTests(new("cpu f64", 1e-9, 1e-9, "--device", "cpu", "--precision", "f64"));

public sealed class CpuSingle() : DeviceTests(new("cpu f32", 2e-4, 1e-6, "--device", "cpu", "--precision", "f32"));

public sealed class Reference() : StartingDeviceTests(new("reference", 1e-9, 1e-9, "--device", "reference", "--precision", "f64"));

public sealed class CudaSingle() : CudaDeviceTests(new("cuda f32", 2e-4, 1e-6, "--device", "cuda", "--precision", "f32") { Problem = () => CudaGpu.Problem });

public sealed class CudaDouble() : CudaDeviceTests(new("cuda f64", 1e-9, 1e-9, "--device", "cuda", "--precision", "f64") { Problem = () => CudaGpu.Problem });

[Collection(Simulator.Name)]
public sealed class IlgpuSingle() : SimulatorTests(new("ilgpu f32", 2e-4, 1e-6, "--device", "ilgpu-cpu", "--precision", "f32"));
