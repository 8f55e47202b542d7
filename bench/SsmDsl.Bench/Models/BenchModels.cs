using SsmDsl.Bench.Cases;
using SsmDsl.Programs;

namespace SsmDsl.Bench.Models;

// The generated classes keep their engine to themselves; the bench runs all of them alike.

public sealed partial class RealScan : IBenchModel
{
    ModelEngine IBenchModel.Untyped => Engine;
}

public sealed partial class RealScan1 : IBenchModel
{
    ModelEngine IBenchModel.Untyped => Engine;
}

public sealed partial class RealScan3 : IBenchModel
{
    ModelEngine IBenchModel.Untyped => Engine;
}

public sealed partial class RealScan8 : IBenchModel
{
    ModelEngine IBenchModel.Untyped => Engine;
}

public sealed partial class RealScan16 : IBenchModel
{
    ModelEngine IBenchModel.Untyped => Engine;
}

public sealed partial class RealScan64 : IBenchModel
{
    ModelEngine IBenchModel.Untyped => Engine;
}

public sealed partial class RealScan100 : IBenchModel
{
    ModelEngine IBenchModel.Untyped => Engine;
}

public sealed partial class ChannelScan : IBenchModel
{
    ModelEngine IBenchModel.Untyped => Engine;
}

public sealed partial class ComplexScan : IBenchModel
{
    ModelEngine IBenchModel.Untyped => Engine;
}

public sealed partial class SelectiveScan : IBenchModel
{
    ModelEngine IBenchModel.Untyped => Engine;
}

public sealed partial class SelectiveScan256 : IBenchModel
{
    ModelEngine IBenchModel.Untyped => Engine;
}

public sealed partial class Perceptron : IBenchModel
{
    ModelEngine IBenchModel.Untyped => Engine;
}

public sealed partial class Perceptron256 : IBenchModel
{
    ModelEngine IBenchModel.Untyped => Engine;
}

public sealed partial class Digits : IBenchModel
{
    ModelEngine IBenchModel.Untyped => Engine;
}

public sealed partial class LanguageModel : IBenchModel
{
    ModelEngine IBenchModel.Untyped => Engine;
}

public sealed partial class LanguageModel130M : IBenchModel
{
    ModelEngine IBenchModel.Untyped => Engine;
}

public sealed partial class GateForm : IBenchModel
{
    ModelEngine IBenchModel.Untyped => Engine;
}

public sealed partial class OscillatorForm : IBenchModel
{
    ModelEngine IBenchModel.Untyped => Engine;
}

public sealed partial class ComplexForm : IBenchModel
{
    ModelEngine IBenchModel.Untyped => Engine;
}

public sealed partial class HeadForm : IBenchModel
{
    ModelEngine IBenchModel.Untyped => Engine;
}

public sealed partial class TanhForm : IBenchModel
{
    ModelEngine IBenchModel.Untyped => Engine;
}
