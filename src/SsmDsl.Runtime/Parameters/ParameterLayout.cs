using SsmDsl.Memory;
using SsmDsl.Programs;

namespace SsmDsl.Parameters;

/// <summary>Where the parameters of a model stand in a block of memory.</summary>
internal sealed class ParameterLayout
{
    public ParameterLayout(ModelDefinition definition)
    {
        Definition = definition;
        Offsets = new nint[definition.Parameters.Length];
        Counts = new nint[definition.Parameters.Length];
        int size = Elements.Size(definition.Real);
        nint end = 0;
        for (int i = 0; i < Offsets.Length; i++)
        {
            ParameterInfo info = definition.Parameters[i];
            Offsets[i] = end;
            Counts[i] = CountOfCopy(info);
            foreach (nint copies in info.Copies) Counts[i] = checked(Counts[i] * copies);
            end = checked(end + NativeBlock.Align(Counts[i] * size));
        }

        Bytes = end;
    }

    public ModelDefinition Definition { get; }

    public ElementKind Real => Definition.Real;

    /// <summary>In bytes.</summary>
    public nint[] Offsets { get; }

    /// <summary>Numbers of reals, all copies together.</summary>
    public nint[] Counts { get; }

    public nint Bytes { get; }

    /// <summary>Number of reals of one copy.</summary>
    public static nint CountOfCopy(ParameterInfo info)
    {
        nint count = info.Kind == ValueKind.Complex ? 2 : 1;
        foreach (nint size in info.Shape) count = checked(count * size);
        return count;
    }
}
