namespace SsmDsl.Runtime.Tests.Devices;

/// <summary>Tests that read the processor time of the whole process: no other test runs beside them.</summary>
[CollectionDefinition(nameof(ProcessorTime), DisableParallelization = true)]
public sealed class ProcessorTime;
