using System.Text;
using SsmDsl.Conformance.Tests.Library;
using SsmDsl.Tests.Shared;

// dotnet run --project tests/SsmDsl.Conformance.Tests -c Release [-- LAYER…]: the table of the library.
// … -- cuda: all tests that need a GPU, without the SDK's runner.
Console.OutputEncoding = Encoding.UTF8;
if (args is ["cuda"]) return CudaRun.Of(typeof(LibraryRows).Assembly, Console.Out);
LibraryRow[] rows = [.. LibraryRows.All.Where(r => args.Length == 0 || args.Contains(r.Name))];
if (rows.Length == 0)
{
    Console.Error.WriteLine($"there is no {string.Join(", ", args)}; there are {string.Join(", ", LibraryRows.All.Select(r => r.Name))}");
    return 2;
}

TargetDevice[] devices = [.. TargetDevice.All.Where(d => d.Problem() is null)];
foreach (TargetDevice missing in TargetDevice.All.Except(devices)) Console.WriteLine($"without {missing.Name}: {missing.Problem()}");
return LibraryTable.Print(rows, devices, Console.Out) == 0 ? 0 : 1;
