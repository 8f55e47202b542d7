using System.Text;
using SsmDsl.Conformance.Tests.Library;

// dotnet run --project tests/SsmDsl.Conformance.Tests -c Release [-- LAYER…]: the table of the library.
Console.OutputEncoding = Encoding.UTF8;
LibraryRow[] rows = [.. LibraryRows.All.Where(r => args.Length == 0 || args.Contains(r.Name))];
if (rows.Length == 0)
{
    Console.Error.WriteLine($"there is no {string.Join(", ", args)}; there are {string.Join(", ", LibraryRows.All.Select(r => r.Name))}");
    return 2;
}

return LibraryTable.Print(rows, TargetDevice.All, Console.Out) == 0 ? 0 : 1;
