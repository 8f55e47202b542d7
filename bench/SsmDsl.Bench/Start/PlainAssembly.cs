using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Runtime.Loader;

namespace SsmDsl.Bench.Start;

/// <summary>The bench once more, its generated kernels without <c>AggressiveOptimization</c>: tiered compilation treats them like other methods.</summary>
internal static class PlainAssembly
{
    private const ushort AggressiveOptimization = (ushort)MethodImplAttributes.AggressiveOptimization;

    /// <summary>Of a row of the table of methods (ECMA-335, II.22.26): after the address.</summary>
    private const int ImplementationFlags = 4;

    /// <exception cref="InvalidOperationException">There is no such kernel.</exception>
    public static Assembly Load()
    {
        byte[] image = File.ReadAllBytes(typeof(PlainAssembly).Assembly.Location);
        int changed = 0;
        foreach (int flags in Places(image))
        {
            ushort value = BitConverter.ToUInt16(image, flags);
            if ((value & AggressiveOptimization) == 0) continue;
            BitConverter.TryWriteBytes(image.AsSpan(flags), (ushort)(value & ~AggressiveOptimization));
            changed++;
        }

        if (changed == 0) throw new InvalidOperationException("no generated kernel asks for full optimisation");
        return new AssemblyLoadContext("plain").LoadFromStream(new MemoryStream(image));
    }

    /// <summary>Where in the file the flags of the kernels' methods lie.</summary>
    private static IEnumerable<int> Places(byte[] image)
    {
        using var file = new PEReader(new MemoryStream(image));
        MetadataReader reader = file.GetMetadataReader();
        int table = file.PEHeaders.MetadataStartOffset + reader.GetTableMetadataOffset(TableIndex.MethodDef), size = reader.GetTableRowSize(TableIndex.MethodDef);
        foreach (TypeDefinition type in reader.TypeDefinitions.Select(reader.GetTypeDefinition))
        {
            if (!reader.GetString(type.Name).EndsWith("__Kernels", StringComparison.Ordinal)) continue;
            foreach (MethodDefinitionHandle method in type.GetMethods()) yield return table + (MetadataTokens.GetRowNumber(method) - 1) * size + ImplementationFlags;
        }
    }
}
