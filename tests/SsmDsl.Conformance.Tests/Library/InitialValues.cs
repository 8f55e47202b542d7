using static System.Math;

namespace SsmDsl.Conformance.Tests.Library;

/// <summary>The initialisers of the papers and of the published code, for every parameter of every layer.</summary>
internal static class InitialValues
{
    private static readonly Law StepSize = Law.Uniform(Log(0.001), Log(0.1));

    public static IReadOnlyList<InitialUse> All { get; } =
    [
        new("Linear[128]", 64, Linear("", 64)),
        new("Project[128]", 64, Uniform("weight", 1 / 8.0)),
        new("Embedding[128, 64]", 0, Normal("weight", 1)),
        new("LayerNorm", 64, Always("weight", 1), Always("bias", 0)),
        new("RmsNorm", 64, Always("weight", 1)),
        new("Mlp[100]", 64, [.. Linear("fc1.", 64), .. Linear("fc2.", 100)]),
        new("CausalConv[K: 3]", 512, Convolution("", 3)),
        new("CausalConv", 512, Convolution("", 4)),
        new("CausalAttention[4]", 64, [Uniform("in_proj_weight", Sqrt(6.0 / (3 * 64 + 64))), Always("in_proj_bias", 0), .. Linear("out_proj.", 64)]),
        new("RealLinearRnn[512]", 16, Drawn("w", Law.Uniform(-1, 1), Tanh), Normal("B", 1 / 4.0)),
        new("ComplexLinearRnn[512]", 16, [.. Ring(0, 1, 6.28), Normal("B", 1 / Sqrt(32))]),
        new("Lru[128]", 64, Lru(128, 64, 0, 1, 6.28)),
        new("Lru[128](rMin: 0.9, rMax: 0.99, maxPhase: 0.25)", 64, Lru(128, 64, 0.9, 0.99, 0.25)),
        new("S4d[N: 8]", 256, S4d(_ => 0.5, n => PI * n)),
        new("S4d[N: 8](init: inv)", 256, S4d(_ => 0.5, n => 8 / PI * (8.0 / (2 * n + 1) - 1))),
        new("S4d[N: 8](init: real)", 256, S4d(n => n + 1, _ => 0)),
        new("S4d[N: 8](init: legs, dtMin: 0.01, dtMax: 0.5)", 256, [.. S4d(_ => 0.5, Legs(8)).Skip(1), Drawn("log_dt", Law.Uniform(Log(0.01), Log(0.5)))]),
        new("S4[N: 8]", 256,
        [
            .. S4d(_ => 0.5, Legs(8)),
            Exact("P", i => i[2] == 0 ? HippoReference.P(8)[i[1]] : 0),
            Exact("B", i => i[2] == 0 ? Sqrt(2) * HippoReference.P(8)[i[1]] : 0),
        ]),
        new("S5[N: 64]", 64,
            Always("Lambda_re", -0.5), Exact("Lambda_im", i => Legs(64)(i[0])), Drawn("log_step", StepSize),
            Normal("B", 1 / 8.0), Normal("C", 1 / 8.0), Normal("D", 1)),
        new("StableSsm[N: 8]", 256, StableSsm(Log(0.5))),
        new("StableSsm[N: 8](mode: softplus)", 256, StableSsm(Log(Exp(0.5) - 1))),
        new("StableSsm[N: 8](mode: best)", 256, StableSsm(Sqrt(1.5))),
        new("StableSsm[N: 8](mode: direct)", 256, StableSsm(-0.5)),
        new("Mamba[E: 512, N: 4, R: 3]", 16,
        [
            Uniform("in_proj.weight", 1 / 4.0), .. Convolution("conv1d.", 4), Uniform("x_proj.weight", 1 / Sqrt(512)),
            Uniform("dt_proj.weight", 1 / Sqrt(3)), Drawn("dt_proj.bias", StepSize, LogSoftplus),
            Exact("A_log", i => Log(i[1] + 1)), Always("D", 1), Uniform("out_proj.weight", 1 / Sqrt(512)),
        ]),
        new("Mamba2[E: 512, N: 4, P: 2, K: 3]", 16,
        [
            Uniform("in_proj.weight", 1 / 4.0), .. Convolution("conv1d.", 3), Drawn("dt_bias", StepSize, LogSoftplus),
            Drawn("A_log", Law.Uniform(1, 16), Exp), Always("D", 1), Always("norm.weight", 1), Uniform("out_proj.weight", 1 / Sqrt(512)),
        ]),
        new("RgLru", 100, RgLru("", 100)),
        new("Hawk[W: 100]", 64, [.. Linear("linear_y.", 64), .. Linear("linear_x.", 64), .. Convolution("conv_1d.", 4), .. RgLru("rg_lru.", 100), .. Linear("linear_out.", 100)]),
        new("MinGru[128]", 64, [.. Linear("linear_z.", 64), .. Linear("linear_h.", 64)]),
        new("MinLstm[128]", 64, [.. Linear("linear_f.", 64), .. Linear("linear_i.", 64), .. Linear("linear_h.", 64)]),
        new("Rnn[100]", 64, Torch(100)),
        new("Gru[100]", 64, Torch(100)),
        new("Lstm[100]", 64, Torch(100)),
        new("DiagonalRnn[512]", 512, Drawn("w", Law.Uniform(0.1, 1))),
        new("DiagonalRnn[512](mode: softplus)", 512, Drawn("w", Law.Uniform(0.1, 1), Softplus)),
        new("DiagonalRnn[512](mode: exp)", 512, Drawn("w", Law.Uniform(0.1, 1), Exp)),
    ];

    private static InitialValue[] Linear(string path, int inputs) => [Uniform(path + "weight", 1 / Sqrt(inputs)), Uniform(path + "bias", 1 / Sqrt(inputs))];

    private static InitialValue[] Convolution(string path, int taps) => Linear(path, taps);

    private static InitialValue[] Torch(int states) =>
        [.. ((string[])["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"]).Select(p => Uniform(p, 1 / Sqrt(states)))];

    private static InitialValue[] Ring(double low, double high, double phase) =>
    [
        Drawn("nu_log", Law.Uniform(low * low, high * high), x => Exp(-2 * Exp(x))),
        Drawn("theta_log", Law.Uniform(0, phase), Exp),
    ];

    private static InitialValue[] Lru(int states, int inputs, double low, double high, double phase) =>
    [
        .. Ring(low, high, phase),
        new ExactValue("gamma_log", (i, all) => Log(1 - Exp(-2 * Exp(all["nu_log"].Values[i[0]]))) / 2),
        Normal("B_re", 1 / Sqrt(2.0 * inputs)), Normal("B_im", 1 / Sqrt(2.0 * inputs)),
        Normal("C_re", 1 / Sqrt(states)), Normal("C_im", 1 / Sqrt(states)), Normal("D", 1),
    ];

    private static InitialValue[] S4d(Func<int, double> decay, Func<int, double> frequency) =>
    [
        Drawn("log_dt", StepSize), Normal("C", 1), Normal("D", 1),
        Exact("log_A_real", i => Log(decay(i[1]))), Exact("A_imag", i => frequency(i[1])),
    ];

    private static InitialValue[] StableSsm(double w) =>
        [Drawn("log_dt", StepSize), Normal("C", 1), Normal("D", 1), Always("w", w), Exact("A_imag", i => PI * i[1])];

    private static InitialValue[] RgLru(string path, int width) =>
    [
        Normal(path + "W_a", 1 / Sqrt(width)), Always(path + "b_a", 0), Normal(path + "W_x", 1 / Sqrt(width)), Always(path + "b_x", 0),
        Drawn(path + "a_param", Law.Uniform(0.9, 0.999), x => Exp(-8 * Softplus(x))),
    ];

    private static Func<int, double> Legs(int size) => n => HippoReference.Frequencies(size)[n];

    private static double Softplus(double x) => Max(x, 0) + Log(1 + Exp(-Abs(x)));

    private static double LogSoftplus(double x) => Log(Softplus(x));

    private static InitialValue Uniform(string parameter, double bound) => Drawn(parameter, Law.Uniform(-bound, bound));

    private static InitialValue Normal(string parameter, double deviation) => Drawn(parameter, Law.Normal(deviation));

    private static InitialValue Drawn(string parameter, Law law, Func<double, double>? undo = null) => new RandomValue(parameter, law, undo ?? (x => x));

    private static InitialValue Always(string parameter, double value) => Exact(parameter, _ => value);

    private static InitialValue Exact(string parameter, Func<int[], double> of) => new ExactValue(parameter, (i, _) => of(i));
}
