namespace SsmDsl.Conformance.Tests.Library;

/// <summary>A column of the table of the library.</summary>
public enum Check
{
    Values,
    Gradients,
    Chunked,
    Step,
    Initial,
}

/// <summary>A row of the table of the library: a layer, or what is made of several.</summary>
/// <param name="Cases">Programs of tests/Vectors that show it.</param>
/// <param name="HasParameters">Whether there is something to initialise.</param>
/// <param name="Unsteppable">Why it does not run in chunks, or null if it does.</param>
public sealed record LibraryRow(string Name, string[] Cases, bool HasParameters = true, string? Unsteppable = null)
{
    /// <summary>The files of reference values, each with the length of its sequences.</summary>
    public IEnumerable<string> Files => Cases.SelectMany(ReferenceCase.FilesOf);

    /// <summary>Whether it is made of several layers, each of which has a row of its own.</summary>
    public bool IsModel => Name.StartsWith("model of ", StringComparison.Ordinal);

    /// <summary>The columns that apply.</summary>
    public IEnumerable<Check> Cells => Enum.GetValues<Check>().Where(c => c switch
    {
        Check.Initial => HasParameters,
        Check.Chunked or Check.Step => Unsteppable is null,
        _ => true,
    });
}

/// <summary>The rows of the table, in the order of the library's contents.</summary>
public static class LibraryRows
{
    public static IReadOnlyList<LibraryRow> All { get; } =
    [
        new("functions", ["functions"], HasParameters: false),
        new("Linear", ["linear"]),
        new("Project", ["project"]),
        new("Embedding", ["embedding"]),
        new("LayerNorm", ["layer_norm", "layer_norm_eps"]),
        new("RmsNorm", ["rms_norm", "rms_norm_eps"]),
        new("Glu", ["glu"], HasParameters: false),
        new("Mlp", ["mlp"]),
        new("Dropout", [DropoutCase.Name], HasParameters: false),
        new("CausalConv", ["causal_conv", "causal_conv_k3"]),
        new("CausalAttention", ["causal_attention"], Unsteppable: "reads at unbounded distance (SSM0304)"),
        new("CrossEntropy", ["cross_entropy", "cross_entropy_target"], HasParameters: false),
        new("MeanSquaredError", ["mean_squared_error"], HasParameters: false),
        new("BinaryCrossEntropy", ["binary_cross_entropy"], HasParameters: false),
        new("RealLinearRnn", ["real_linear_rnn"]),
        new("ComplexLinearRnn", ["complex_linear_rnn"]),
        new("Lru", ["lru"]),
        new("S4d", ["s4d_lin", "s4d_inv", "s4d_real", "s4d_legs"]),
        new("S4", ["s4"]),
        new("S5", ["s5"]),
        new("StableSsm", ["stable_ssm_exp", "stable_ssm_softplus", "stable_ssm_best", "stable_ssm_direct"]),
        new("Mamba", ["mamba", "mamba_dims", "mamba_rank"]),
        new("Mamba2", ["mamba2", "mamba2_groups"]),
        new("RgLru", ["rg_lru"]),
        new("Hawk", ["hawk"]),
        new("MinGru", ["min_gru"]),
        new("MinLstm", ["min_lstm"]),
        new("Rnn", ["rnn_tanh", "rnn_relu", "rnn_hardtanh"]),
        new("Gru", ["gru"]),
        new("Lstm", ["lstm"]),
        new("DiagonalRnn", ["diagonal_rnn_direct", "diagonal_rnn_softplus", "diagonal_rnn_exp"]),
        new("model of Lru", ["lru_classifier"], HasParameters: false),
        new("model of Mamba", ["mamba_lm"], HasParameters: false),
    ];
}
