namespace SsmDsl.Bench.Cases;

/// <summary>All workloads, in the order of the table.</summary>
internal static class Catalog
{
    public static readonly Workload[] All = [.. ScanWorkloads.All, .. NetworkWorkloads.All, .. SizeWorkloads.All, .. FormWorkloads.All];
}
