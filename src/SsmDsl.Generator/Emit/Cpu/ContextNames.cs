using SsmDsl.Ir;
using SsmDsl.Lowering;
using SsmDsl.Semantics;

namespace SsmDsl.Emit;

/// <summary>The fields of a program's context: what its kernels read of a run.</summary>
internal sealed class ContextNames
{
    private static readonly (string Name, string Type)[] Fixed =
    [
        ("training", "bool"), ("start", "bool"), ("offset", "int"), ("key", "ulong"), ("faults", "global::SsmDsl.Programs.FaultRecord*"),
    ];

    // Names that the methods of programs and kernels have beside those of fields
    private static readonly string[] Locals = ["run", "pool", "context", "dims", "bytes", "width", "item", "row", "rows", "end", "c"];

    private readonly Dictionary<object, string> names = [];
    private readonly List<(string Name, string Type)> fields = [];

    public ContextNames(LoweredProgram program, RealType real)
    {
        var scope = new NameScope([.. Fixed.Select(f => f.Name), .. Locals, .. program.Kernels.Select(k => NameScope.Identifier(k.Name))]);
        foreach (DimSymbol symbol in program.Graph.Dynamic) Add(symbol, symbol.Name.TrimStart('$'), "nint");
        foreach (IndexVar step in CopySteps(program.Steps)) Add(step, step.Name, "nint");
        foreach (Storage storage in program.Storages) Add(storage.Tensor, storage.Tensor.Name, ElementName(storage.Tensor.Element, real) + "*");
        fields.AddRange(Fixed);

        void Add(object thing, string hint, string type)
        {
            if (names.ContainsKey(thing)) return;
            names[thing] = scope.Take(hint);
            fields.Add((names[thing], type));
        }
    }

    public IEnumerable<string> Fields => fields.Select(f => f.Name);
    public IEnumerable<(string Name, string Type)> Declarations => fields;

    public string Of(object thing) => names[thing];

    public string TypeOf(string field) => fields.First(f => f.Name == field).Type;

    public static string ElementName(ElementType type, RealType real) => type switch
    {
        ElementType.Int => "int",
        ElementType.Bool => "bool",
        ElementType.Real => ValueText.RealName(real),
        _ => throw new NotSupportedException($"no {type} in lowered programs"),
    };

    private static IEnumerable<IndexVar> CopySteps(IEnumerable<ProgramStep> steps) =>
        steps.OfType<CopiesStep>().SelectMany(s => CopySteps(s.Body).Prepend(s.Step));
}
