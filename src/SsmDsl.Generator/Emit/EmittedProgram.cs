namespace SsmDsl.Emit;

/// <summary>Element type of a generated program's reals.</summary>
public enum RealType
{
    Float32,
    Float64,
}

/// <summary>One generated class, derived from <c>SsmDsl.Programs.KernelProgram</c>.</summary>
/// <param name="ClassName">Its name; it is nested in the model's class, has a parameterless constructor and is internal.</param>
/// <param name="Source">The C# of the class declaration alone: no usings, no namespace; other types are named in full (<c>global::</c>).</param>
public sealed record EmittedProgram(string ClassName, string Source);
