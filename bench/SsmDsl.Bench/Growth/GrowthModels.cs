using SsmDsl.Bench.Cases;
using SsmDsl.Programs;

namespace SsmDsl.Bench.Models;

public sealed partial class SelectiveScan16 : IBenchModel
{
    ModelEngine IBenchModel.Untyped => Engine;
}

public sealed partial class SelectiveScan64 : IBenchModel
{
    ModelEngine IBenchModel.Untyped => Engine;
}

public sealed partial class SelectiveScan64N1 : IBenchModel
{
    ModelEngine IBenchModel.Untyped => Engine;
}

public sealed partial class SelectiveScan64N4 : IBenchModel
{
    ModelEngine IBenchModel.Untyped => Engine;
}

public sealed partial class SelectiveScan64N100 : IBenchModel
{
    ModelEngine IBenchModel.Untyped => Engine;
}
