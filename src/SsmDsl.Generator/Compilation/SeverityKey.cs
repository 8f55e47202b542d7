using SsmDsl.Diagnostics;

namespace SsmDsl.Compilation;

/// <summary>
/// The key <c>ssm_diagnostic.SSM0401.severity</c> of an <c>.editorconfig</c> section for <c>.ssm</c> files. (C#'s own key
/// <c>dotnet_diagnostic.…</c> has no effect there for additional files.)
/// </summary>
public static class SeverityKey
{
    public const string Prefix = "ssm_diagnostic.";

    /// <summary>In lower case, as configuration readers keep keys.</summary>
    public static string Of(string code) => Prefix + code.ToLowerInvariant() + ".severity";

    /// <summary>The severity that a setting gives; null for none. What is not understood changes nothing.</summary>
    public static Severity? Read(string setting, Severity otherwise) => setting.Trim().ToLowerInvariant() switch
    {
        "error" => Severity.Error,
        "warning" => Severity.Warning,
        "suggestion" or "info" or "silent" or "refactoring" => Severity.Info,
        "none" => null,
        _ => otherwise,
    };
}
