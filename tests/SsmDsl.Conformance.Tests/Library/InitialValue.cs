namespace SsmDsl.Conformance.Tests.Library;

/// <summary>What a parameter must be at first.</summary>
public abstract record InitialValue(string Parameter);

/// <summary>A function of the element's indices (of a complex one, the last is 0 or 1) and of the layer's other parameters.</summary>
public sealed record ExactValue(string Parameter, Func<int[], IReadOnlyDictionary<string, TensorData>, double> Of) : InitialValue(Parameter);

/// <summary>Independent draws.</summary>
/// <param name="Undo">From the parameter to what follows the law.</param>
public sealed record RandomValue(string Parameter, Law Law, Func<double, double> Undo) : InitialValue(Parameter);

/// <summary>A use of a layer, and what each of its parameters must be.</summary>
/// <param name="Use">The layer as a program uses it: <c>Lru[64](rMin: 0.9)</c>.</param>
/// <param name="Features">The size of its input's last axis; 0 if its input is a token.</param>
public sealed record InitialUse(string Use, int Features, params InitialValue[] Values)
{
    public string Layer => Use.Split('[', '(')[0];

    /// <summary>A model that uses the layer so often: <c>uses.0.it</c>, <c>uses.1.it</c> …</summary>
    public string Program(int copies) => $$"""
        model M(x: {{(Features == 0 ? "int[T]" : $"real[T, {Features}]")}}) -> y: real[T, 2] {
            z[t: T, i: 2] = 0.0*t
            repeat {{copies}} as uses { z = z + (x |> {{Use}} as it |> Linear[2] as head) }
            y = z
        }
        """;
}
