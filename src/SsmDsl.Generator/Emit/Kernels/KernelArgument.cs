using SsmDsl.Ir;
using SsmDsl.Lowering;
using SsmDsl.Semantics;

namespace SsmDsl.Emit;

/// <summary>What a kernel's method is given beside the run.</summary>
/// <param name="Type">Its type in C#.</param>
/// <param name="Name">Its name in the kernel.</param>
internal abstract record KernelArgument(string Type, string Name)
{
    /// <summary>The argument from its place in the block of arguments: <c>args</c> as pointers to reals, <c>numbers</c> as numbers.</summary>
    public string From(int place, string real) => Type switch
    {
        "nint" => $"numbers[{place}]",
        "int" => $"(int)numbers[{place}]",
        "bool" => $"numbers[{place}] != 0",
        "ulong" => $"*(ulong*)args[{place}]",
        _ when Type == real + "*" => $"args[{place}]",
        _ => $"({Type})args[{place}]",
    };

    /// <summary>The argument as an element of the block, all of which are as wide as a pointer.</summary>
    public string AsElement(string value) => Type switch
    {
        "nint" or "int" => $"(void*){value}",
        "bool" => $"(void*)({value} ? 1 : 0)",
        "ulong" => "&" + Name,
        _ => value,
    };
}

/// <summary>Memory of a tensor.</summary>
internal sealed record MemoryArgument(TensorArgument Tensor, string Type, string Name) : KernelArgument(Type, Name);

/// <summary>The counter of a loop around the kernel.</summary>
internal sealed record CopyArgument(IndexVar Step, string Name) : KernelArgument("nint", Name);

/// <summary>A dynamic size.</summary>
internal sealed record SizeArgument(DimSymbol Symbol, string Name) : KernelArgument("nint", Name);

/// <summary>The number of a run-time check in the program.</summary>
internal sealed record CheckArgument(int Check, string Name) : KernelArgument("int", Name);

/// <summary>What comes with the run itself: no parameter of the method that starts the kernel.</summary>
/// <param name="Source">An expression over <c>run</c>.</param>
internal sealed record RunArgument(string Type, string Name, string Source) : KernelArgument(Type, Name);
