using SsmDsl.Tests.Shared;

// All tests of this project that need a GPU, without the SDK's runner.
return CudaRun.Of(typeof(SsmDsl.Ilgpu.Tests.Devices.CudaTests).Assembly, Console.Out);
