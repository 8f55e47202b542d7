using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Emit;

/// <summary>What the runtime is told of a model.</summary>
internal static class FacadeDefinition
{
    private const string Programs = FacadeContext.Programs;

    public static void Print(FacadeContext c, ModelPrograms programs)
    {
        ModelSignature s = c.Signature;
        TextBlock code = c.Code;
        ImmutableArray<DimSymbol> dynamic = [DimSymbol.Batch, .. s.Dynamic];
        code.Line();
        code.Lines(XmlDoc.Element("summary", "What the compiler made of the model."));
        code.Block($"private static class {c.Names.Own("Compiled")}", () =>
        {
            code.Block($"public static readonly {Programs}ModelDefinition Definition = new()", () =>
            {
                code.Line($"Name = {Literals.Of(s.Name)},");
                code.Line($"Real = {Programs}ElementKind.{c.Model.Real},");
                code.Line($"Dynamic = [{string.Join(", ", dynamic.Select(d => Literals.Of(d.Name.TrimStart('$'))))}],");
                code.Line($"StreamDimension = {(s.StreamDimension is { } stream ? dynamic.IndexOf(stream) : -1)},");
                code.Line($"NotSteppable = {Literals.Of(c.Stream)},");
                List(code, "Inputs", s.Inputs.Select(v => Tensor(v, dynamic)));
                List(code, "Targets", s.Targets.Select(v => Tensor(v, dynamic)));
                List(code, "Outputs", s.Outputs.Select(v => Tensor(v, dynamic)));
                code.Line($"Metrics = [{string.Join(", ", s.Metrics.Select(Literals.Of))}],");
                code.Line($"HasLoss = {Literals.Of(s.HasLoss)},");
                List(code, "Parameters", s.Parameters.Select(Parameter));
                List(code, "States", s.States.Select(v => Tensor(v, dynamic)));
                foreach ((string role, string? made) in programs.Roles) code.Line($"{role} = {made ?? "null"},");
            }, "};");
        });
        if (programs.Ilgpu is { } ilgpu) PrintForIlgpu(c, ilgpu.Roles);
    }

    /// <summary>In a class of its own, so that all of it is trimmed away where no such device is made.</summary>
    private static void PrintForIlgpu(FacadeContext c, ImmutableArray<(string Role, string? Made)> roles)
    {
        c.Code.Line();
        c.Code.Lines(XmlDoc.Element("summary", "The same for devices of ILGPU."));
        c.Code.Block($"private static class {c.Names.Own("CompiledForIlgpu")}", () =>
            c.Code.Block($"public static readonly {Programs}ModelDefinition Definition = {c.Names.Own("Compiled")}.Definition with", () =>
            {
                foreach ((string role, string? made) in roles) c.Code.Line($"{role} = {made ?? "null"},");
            }, "};"));
    }

    private static void List(TextBlock code, string name, IEnumerable<string> items)
    {
        string[] lines = [.. items.Select(i => i + ",")];
        if (lines.Length == 0) code.Line($"{name} = [],");
        else code.Line($"{name} =\n[\n    {string.Join("\n    ", lines)}\n],");
    }

    private static string Tensor(ValueSignature value, ImmutableArray<DimSymbol> dynamic) =>
        $"new({Literals.Of(value.Name)}, {Kind(value.Type.Element)}, {Literals.Of(value.HasBatch)}, "
        + $"[{string.Join(", ", value.Type.Shape.Select(d => Axis(d, dynamic)))}]{(value.Default is { } fill ? ", " + Literals.Of(fill) : "")})";

    private static string Axis(Dim size, ImmutableArray<DimSymbol> dynamic)
    {
        if (size.TryGetConstant(out long constant)) return $"{Programs}AxisInfo.Constant({Literals.Of(constant)})";
        string text = Literals.Of(size.ToString());
        if (size.Symbols.Count == 1)
        {
            DimSymbol symbol = size.Symbols.Single();
            if (At(size, symbol, 0) is { } offset && At(size, symbol, 1) is { } next
                && size.Equals(Dim.Of(symbol) * (next - offset) + offset))
            {
                return $"new({text}, {dynamic.IndexOf(symbol)}, {Literals.Of(next - offset)}, {Literals.Of(offset)})";
            }
        }

        CSharp formula = DimText.Of(size, d => $"dims[{dynamic.IndexOf(d)}]");
        return $"new({text}, -1, 0, 0, static dims => {formula.Text})";
    }

    private static long? At(Dim size, DimSymbol symbol, long value) =>
        size.Substitute(new Dictionary<DimSymbol, Dim> { [symbol] = value }).TryGetConstant(out long result) ? result : null;

    private static string Parameter(ParameterSignature p)
    {
        string path = string.Join(", ", p.Path.Select(Literals.Of));
        string copies = string.Join(", ", p.Copies.Select(Literals.Of));
        string shape = string.Join(", ", p.Type.Shape.Select(d => d.TryGetConstant(out long size) ? Literals.Of(size) : throw new InvalidOperationException($"parameter {p.Name} has the size {d}")));
        return $"new([{path}], [{copies}], {Kind(p.Type.Element)}, [{shape}], {Literals.Of(p.LearningRateFactor)}, {Literals.Of(p.Decay)}, {Literals.Of(p.Frozen)})";
    }

    private static string Kind(ElementType element) => $"{Programs}ValueKind.{element}";
}
