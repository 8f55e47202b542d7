using SsmDsl.Emit;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using static SsmDsl.Generator.Tests.Facades.HandMade;

namespace SsmDsl.Generator.Tests.Facades;

/// <summary>Names of C# members from names in the source.</summary>
public sealed class FacadeNameTests
{
    private static readonly Dim T = Dim.Of(new DimSymbol("T"));

    /// <summary>Model, name of a parameter, the property.</summary>
    [Theory]
    [InlineData("M", "nu_log", "NuLog")]
    [InlineData("M", "A_log", "ALog")]
    [InlineData("M", "weight_ih_l0", "WeightIhL0")]
    [InlineData("M", "Weight", "Weight")]
    [InlineData("M", "λ", "Λ")]
    [InlineData("M", "class", "Class")]
    [InlineData("M", "to_string", "ToString_")]
    [InlineData("M", "get_hash_code", "GetHashCode_")]
    [InlineData("M", "count", "Count_")]
    [InlineData("M", "D", "D_")]
    [InlineData("Lru", "lru", "Lru_")]
    [InlineData("M", "lru", "Lru")]
    [InlineData("M", "0", "_0")]
    public void A_parameter_becomes_a_property(string model, string name, string property)
    {
        ModelSignature signature = Signature(model) with { Constants = [("D", 4)], Parameters = [Parameter(name, 2)] };
        string usage = $$"""public static class Usage { public static SsmDsl.Parameter Run(Models.{{model}} m) => m.Parameters.{{property}}; }""";
        Assert.Empty(CompiledFacade.Problems([Broken(signature)], usage));
    }

    [Fact]
    public void Names_that_meet_are_told_apart_whatever_their_order()
    {
        foreach (string[] order in new[] { new[] { "b", "B", "x_y", "XY", "xY" }, ["xY", "XY", "x_y", "B", "b"] })
        {
            var names = CSharpNames.Members(order, ["Model"]);
            Assert.Equal(("B_", "B", "XY"), (names["b"], names["B"], names["XY"]));
            Assert.Equal(["XY_", "XY__"], new[] { names["x_y"], names["xY"] }.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Copies_are_an_indexer_and_prefixes_merge()
    {
        ModelSignature signature = Signature("M") with
        {
            Parameters = [Parameter("backbone.embed/weight", 2), Parameter("backbone.layers/*/mixer/A_log", 2), Parameter("backbone.layers/*/inner/*/copy", 1), Parameter("backbone.norm_f/weight", 2)],
        };
        const string usage = """
            public static class Usage
            {
                public static SsmDsl.Parameter[] Run(Models.M m) =>
                [
                    m.Parameters.Backbone.Embed.Weight, m.Parameters.Backbone.NormF.Weight,
                    m.Parameters.Backbone.Layers[0].Mixer.ALog, m.Parameters.Backbone.Layers[1].Inner[m.Parameters.Backbone.Layers.Count - 1].Copy_,
                ];
            }
            """;
        Assert.Empty(CompiledFacade.Problems([Broken(signature)], usage));
    }

    /// <summary>Every member and nested type of a class is a name that a model, a tensor, a dimension, a parameter and a metric may have.</summary>
    [Fact]
    public void Any_name_can_stand_anywhere()
    {
        string[] names =
        [
            "Batch", "State", "Stream", "Forward", "Inputs", "Outputs", "Metrics", "Parameters", "Compiled", "Evaluate", "Device", "Engine", "Load",
            "System", "SsmDsl", "class", "initial", "to_string", "λ", "batch", "outputs", "gradients", "call", "Copy", "Item", "data", "core", "Lru", "lru",
        ];
        var classes = new List<FacadeText>();
        foreach (string name in names)
        {
            string model = name == "class" ? "Class" : name;
            bool steppable = classes.Count % 2 == 0;
            ModelSignature signature = Signature(model) with
            {
                Doc = "a < b & \"c\"",
                Constants = [(name, 4), (name + "_", 5)],
                Inputs = [Value(name, ElementType.Real, T, 2), Value("x", ElementType.Complex, T) with { Default = 0 }],
                Targets = [Value(name + "_t", ElementType.Int)],
                Outputs = [Value(name == "x" ? "y" : name + "_out", ElementType.Real, T), Value(name + "2", ElementType.Bool)],
                Metrics = [name],
                HasLoss = true,
                Parameters = [Parameter(name, 2), Parameter(name + "/" + name, 2), Parameter($"{name}/*/{name}", 2)],
                States = [Value(name, ElementType.Real, 2), Value(name + ".h", ElementType.Int)],
                StreamDimension = steppable ? new DimSymbol("T") : null,
                NotSteppable = steppable ? null : ("it reads \"the end\" of the sequence", new Text.SourceSpan(HandMade.File, 0, 1)),
            };
            classes.Add(Broken(signature, $"{(steppable ? "A" : "B")}{classes.Count}"));
        }

        Assert.Empty(CompiledFacade.Problems(classes));
    }
}
