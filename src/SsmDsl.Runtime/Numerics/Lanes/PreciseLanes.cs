namespace SsmDsl.Numerics;

/// <summary>
/// The functions of <see cref="Lanes"/> as precisely as this runtime has them, for models compiled in precise mode. float32:
/// those of float64 in <see cref="Lanes"/>, rounded once, so that the error is below 0.5 ulp and a millionth. float64: those of
/// <see cref="PreciseReals"/>, one lane after the other. A value does not depend on the lane that computes it.
/// </summary>
public static unsafe partial class PreciseLanes;
