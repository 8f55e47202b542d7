using SsmDsl.Programs;

namespace SsmDsl.Bench.Cases;

/// <summary>A generated class, for code that runs any of them.</summary>
internal interface IBenchModel : IDisposable
{
    /// <summary>The model, untyped.</summary>
    ModelEngine Untyped { get; }
}
