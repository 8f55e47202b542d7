using System.Collections.Immutable;
using SsmDsl.Ir;

namespace SsmDsl.Emit;

/// <summary>Element type of a generated program's reals.</summary>
public enum RealType
{
    Float32,
    Float64,
}

/// <summary>A program to be printed.</summary>
/// <param name="ClassName">The name of its class.</param>
public sealed record NamedProgram(GraphProgram Graph, string ClassName, RealType Real)
{
    /// <summary>Scalar functions of reals are computed as precisely as the runtime can, however long that takes.</summary>
    public bool IsPrecise { get; init; }
}

/// <summary>One generated class, derived from <c>SsmDsl.Programs.KernelProgram</c>, with a parameterless constructor.</summary>
/// <param name="Source">The C# of the class declaration without its accessibility; it stands where <see cref="ProgramFile"/> puts it.</param>
public sealed record EmittedProgram(string ClassName, string Source);

/// <summary>Programs, and the kernels that they call: equal ones once.</summary>
/// <param name="Kernels">The C# of the class of kernels without its accessibility.</param>
/// <param name="Namespaces">Those whose types the texts name, beside <paramref name="Aliases"/>.</param>
public sealed record EmittedPrograms(
    ImmutableArray<EmittedProgram> Programs, string Kernels, ImmutableArray<string> Namespaces, ImmutableArray<(string Name, string Meaning)> Aliases);
