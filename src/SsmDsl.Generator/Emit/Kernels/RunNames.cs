using SsmDsl.Ir;
using SsmDsl.Lowering;
using SsmDsl.Semantics;

namespace SsmDsl.Emit;

/// <summary>The variables of a program's run: sizes, counters of copies, memory of tensors.</summary>
internal sealed class RunNames
{
    private static readonly string[] Locals = ["run", "launcher", "dims", "bytes", "first", "count", "copies"];

    private readonly Dictionary<object, string> names = [];

    public RunNames(LoweredProgram program)
    {
        var scope = new NameScope([.. GeneratedNames.Types, .. Locals]);
        foreach (DimSymbol symbol in program.Dynamic) Add(symbol, symbol.Name.TrimStart('$'));
        foreach (IndexVar step in CopySteps([.. program.Preparing, .. program.Steps])) Add(step, step.Name);
        foreach (Storage storage in program.Storages) Add(storage.Tensor, storage.Tensor.Name);

        void Add(object thing, string hint)
        {
            if (!names.ContainsKey(thing)) names[thing] = scope.Take(hint);
        }
    }

    public string Of(object thing) => names[thing];

    private static IEnumerable<IndexVar> CopySteps(IEnumerable<ProgramStep> steps) =>
        steps.SelectMany(step => step switch
        {
            CopiesStep copies => CopySteps(copies.Body).Prepend(copies.Step),
            SequencesStep sequences => CopySteps(sequences.Body),
            _ => [],
        });
}
