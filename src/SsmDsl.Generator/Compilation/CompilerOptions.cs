using System.Collections.Immutable;
using SsmDsl.Emit;
using SsmDsl.Semantics;

namespace SsmDsl.Compilation;

/// <summary>Which classes are generated for a model: <c>Name</c> in float, in double, or <c>Name</c> and <c>NameF64</c>.</summary>
public enum Precision
{
    F32,
    F64,
    Both,
}

/// <summary>Everything besides the sources that the generated C# depends on.</summary>
public sealed record CompilerOptions
{
    public static readonly CompilerOptions Default = new();

    public Precision Precision { get; init; } = Precision.F32;

    /// <summary>Precision of the models of single files, by path; the others have <see cref="Precision"/>.</summary>
    public ImmutableDictionary<string, Precision> FilePrecision { get; init; } = ImmutableDictionary<string, Precision>.Empty;

    /// <summary>Functions of reals are computed as precisely as the runtime can: float32 ones in double, float64 ones by System.Math.</summary>
    public bool Precise { get; init; }

    /// <summary>Kernels for ILGPU are wanted beside those for the processor.</summary>
    public bool Ilgpu { get; init; }

    /// <summary>Namespace of models whose file names none; empty for the global one.</summary>
    public string RootNamespace { get; init; } = "";

    /// <summary>Types of the project's C# that no generated class can be a part of, by full name, with their places.</summary>
    public ImmutableDictionary<string, string> Types { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Namespaces of the project's C#.</summary>
    public ImmutableHashSet<string> Namespaces { get; init; } = [];

    /// <summary>The C# namespace of a model; empty for the global one.</summary>
    public string NamespaceOf(CheckedModel model) => model.Namespace ?? RootNamespace;

    /// <summary>The classes that are made for a model.</summary>
    public IEnumerable<(RealType Real, string ClassName)> ClassesOf(CheckedModel model)
    {
        Precision precision = PrecisionOf(model.NameSpan.File.Path);
        if (precision != Precision.F64) yield return (RealType.Float32, model.Name);
        if (precision == Precision.F64) yield return (RealType.Float64, model.Name);
        if (precision == Precision.Both) yield return (RealType.Float64, model.Name + "F64");
    }

    public Precision PrecisionOf(string path) => FilePrecision.TryGetValue(path, out Precision own) ? own : Precision;

    /// <summary>Reads <c>f32</c>, <c>f64</c> or <c>both</c>, ignoring case; null if it is none of them.</summary>
    public static Precision? ParsePrecision(string? text) => text?.Trim().ToLowerInvariant() switch
    {
        "f32" => Compilation.Precision.F32,
        "f64" => Compilation.Precision.F64,
        "both" => Compilation.Precision.Both,
        _ => null,
    };
}
