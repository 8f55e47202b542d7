using SsmDsl.Ir;
using SsmDsl.Lowering;
using SsmDsl.Semantics;

namespace SsmDsl.Emit;

/// <summary>What a kernel's method is given beside the run.</summary>
/// <param name="Type">Its type in C#.</param>
/// <param name="Name">Its name in the kernel.</param>
internal abstract record KernelArgument(string Type, string Name)
{
    /// <summary>The argument from an element of the block of arguments, all of which are of type long.</summary>
    public string From(string element) => Type switch
    {
        "long" => element,
        "bool" => $"{element} != 0",
        _ => $"({Type}){element}",
    };

    /// <summary>The argument as an element of the block.</summary>
    public string AsElement(string value) => Type switch
    {
        "long" or "nint" or "int" => value,
        "bool" => $"{value} ? 1 : 0",
        _ => $"(long){value}",
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
