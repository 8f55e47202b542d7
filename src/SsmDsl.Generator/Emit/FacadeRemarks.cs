using SsmDsl.Diagnostics;
using SsmDsl.Ir;

namespace SsmDsl.Emit;

/// <summary>The remarks of a model's class: its tensors, and what the compiler has to say that a build does not print.</summary>
internal static class FacadeRemarks
{
    public static IEnumerable<string> Of(FacadeContext c)
    {
        string[] lines = [.. Tensors(c), .. c.Model.Findings.Where(f => f.Severity == Severity.Info).Select(f => Finding(c, f)).Distinct()];
        return lines.Length == 0 ? [] : ["/// <remarks>", .. lines.Select(l => $"/// <para>{l}</para>"), "/// </remarks>"];
    }

    private static IEnumerable<string> Tensors(FacadeContext c)
    {
        foreach ((string role, IEnumerable<ValueSignature> values) in new[] { ("Inputs", c.Signature.Inputs), ("Targets", c.Signature.Targets), ("Outputs", (IEnumerable<ValueSignature>)c.Signature.Outputs) })
        {
            string list = string.Join(", ", values.Select(v => $"<c>{XmlDoc.Escape(v.Name)}</c> {XmlDoc.Escape(FacadeContext.Shape(v))}"));
            if (list.Length > 0) yield return $"{role}: {list}.";
        }
    }

    private static string Finding(FacadeContext c, Diagnostic finding)
    {
        c.Place(finding.Span);
        if (finding.Related is { } related) c.Place(related.Span);
        return XmlDoc.Escape($"{finding.Code.Id}: {finding.FullMessage}: {finding.Span}".Replace('\r', ' ').Replace('\n', ' '));
    }
}
